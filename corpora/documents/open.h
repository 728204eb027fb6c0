#pragma once

#include <memory>
#include <string>
#include <vector>

#include "corpora/documents/document.h"
#include "corpora/documents/folder.h"
#include "corpora/documents/jsonl.h"

namespace eckart::corpora {

/// How sources are opened.
struct OpenOptions {
    /// "auto", or one of source_formats().
    std::string format = "auto";
    ColumnOptions columns = {};  ///< of tables and JSON lines
    FolderOptions folder = {};
};

/// "folder", "file", "beir", "smart", "jsonl", "csv", "tsv", "mbox".
const std::vector<std::string>& source_formats();

/// Opens a folder, a collection, a file, or standard input ("-", JSON lines unless the format says otherwise). With
/// "auto": a folder with a corpus.jsonl is a BEIR collection, any other a tree of files; a file is JSON lines, CSV or
/// TSV by its name (.jsonl, .ndjson, .csv, .tsv, each also with .gz or .zst), a SMART collection if its first line is
/// .I and a number, an mbox if it begins with "From " (and is named .mbox, or its second line is a header), else one
/// document. Throws InputError if there is nothing at `source` or it is an empty file, UsageError for an unknown
/// format, and for columns of a format that has none.
std::unique_ptr<DocumentReader> open_documents(const std::string& source, const OpenOptions& options = {});

/// Opens several sources as one. Where more than one of them holds many documents, the ids of those get their source's
/// name and a slash before them: the last part of its path, or the whole path where two sources' last parts are the
/// same. So do their folders.
std::unique_ptr<DocumentReader> open_documents(const std::vector<std::string>& sources,
                                               const OpenOptions& options = {});

/// One reader after the other. `prefixes[i]` is put before the ids and the folders of `readers[i]`.
std::unique_ptr<DocumentReader> combined(std::vector<std::unique_ptr<DocumentReader>> readers,
                                         std::vector<std::string> prefixes);

}  // namespace eckart::corpora
