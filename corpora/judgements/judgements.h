#pragma once

#include <map>
#include <memory>
#include <string>

#include "corpora/bytes/byte_stream.h"

namespace eckart::corpora {

/// How relevant documents are to a query: a grade by query id and document id. A grade above 0 is relevant, and a
/// higher one is more relevant.
using Judgements = std::map<std::string, std::map<std::string, int>>;

/// Reads relevance judgements in any of these forms. Blank lines and lines that begin with "#" are skipped:
///
///     TREC    four columns: query, anything, document, grade
///     BEIR    three columns: query, document, grade; a header line may stand before them
///     SMART   four columns in each line: query, document, 0, 0 (or 0.000000), where query and document are numbers,
///             padded with zeros or not ("01" is query 1); the grade is 1
///
/// A grade may be written with a fraction of zeros ("2.0"). A pair that is judged twice keeps the higher grade. Throws
/// InputError "path:line: ..." where a line has another number of columns or its grade is no whole number, and if there
/// is no judgement at all.
Judgements read_judgements(const std::string& path);

/// The same from a stream.
Judgements read_judgements(std::unique_ptr<ByteStream> stream);

}  // namespace eckart::corpora
