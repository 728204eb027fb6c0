#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"
#include "corpora/documents/document.h"

namespace eckart::corpora {

/// Which columns of a table, or members of a JSON object, a document is made of: names, which are compared without
/// case, or numbers of columns from 1. An empty name stands for the usual ones: id `_id`, `id`, `docid`, `docno`,
/// `doc_id`, `document_id`; title `title`, `headline`, `subject`, `name`; text `text`, `contents`, `content`, `body`,
/// `abstract`; date `date`, `timestamp`, `published`, `created`, `created_at`, `year`; sender `from`, `sender`,
/// `author`, in this order.
struct ColumnOptions {
    std::string id = {};
    std::string title = {};
    std::string date = {};               ///< a value that is no date (see document_date) is passed over
    std::string sender = {};             ///< a value that is not a string is passed over
    std::vector<std::string> text = {};  ///< joined by a line end; empty: the first usual name that is there
    std::size_t most_record_bytes = default_record_bytes;
};

/// Reads JSON lines: one object a line, blank lines skipped. A record without an id is called by its line; one
/// without a text has all its other strings as text, one a line (those of date and sender too). Ids are strings or
/// whole numbers; title and text are strings or null. Bytes that are not UTF-8, and halves of surrogate pairs, are
/// replaced. Throws InputError "name:line: ..." where a line is no JSON object, is cut short, or a named member is
/// missing or of another type.
std::unique_ptr<DocumentReader> read_jsonl(std::unique_ptr<ByteStream> stream, const ColumnOptions& options = {});

}  // namespace eckart::corpora
