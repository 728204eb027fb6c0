#pragma once

#include <string>
#include <vector>

#include "corpora/documents/query.h"
#include "corpora/documents/smart.h"

namespace eckart::corpora {

/// Reads queries in any of these forms, told apart by the first line that is not blank; compressed files are read too:
///
///     SMART    begins with .I (see read_smart_queries for what the ids are)
///     JSONL    begins with {; `_id` or `id`, and `text` (BEIR's queries.jsonl)
///     TSV      id, tab, text
///     plain    one query a line; its id is its line number
///
/// Throws InputError, with the line, at what does not keep to the form, at a file in which an id comes twice, and at
/// one without queries.
std::vector<Query> read_queries(const std::string& path, SmartQueryIds smart_ids = SmartQueryIds::by_position);

}  // namespace eckart::corpora
