#pragma once

#include <map>
#include <memory>
#include <string>

#include "corpora/bytes/byte_stream.h"

namespace eckart::corpora {

/// Which documents answer a query, by query id and document id. A grade above 0 is relevant, more is better.
using Judgements = std::map<std::string, std::map<std::string, int>>;

/// Reads relevance judgements in any of these forms, told apart by the first line; blank lines are passed over:
///
///     TREC    four columns: query, anything, document, grade
///     BEIR    three columns: query, document, grade; a header line may stand before them
///     SMART   four columns of a .REL file: query, document, 0, 0.000000; the grade is 1
///
/// A pair that is judged twice keeps the higher grade. Throws InputError "path:line: ..." where a line has another
/// number of columns or its grade is no whole number, and if there is no judgement at all.
Judgements read_judgements(const std::string& path);

/// The same from a stream.
Judgements read_judgements(std::unique_ptr<ByteStream> stream);

}  // namespace eckart::corpora
