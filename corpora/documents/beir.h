#pragma once

#include <memory>
#include <string>

#include "corpora/documents/document.h"
#include "corpora/documents/jsonl.h"

namespace eckart::corpora {

/// Whether `folder` is a BEIR collection: it has a corpus.jsonl, plain or compressed (.gz, .zst).
bool is_beir_folder(const std::string& folder);

/// Reads the documents of a BEIR collection: the JSON lines of its corpus, `_id`, `title`, `text`. Its queries.jsonl is
/// for read_queries and its qrels/test.tsv for read_judgements. Throws InputError if there is no corpus.
std::unique_ptr<DocumentReader> read_beir(const std::string& folder, const ColumnOptions& options = {});

}  // namespace eckart::corpora
