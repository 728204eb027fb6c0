#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"
#include "corpora/documents/document.h"
#include "corpora/documents/query.h"

namespace eckart::corpora {

/// Reads a SMART collection (MED, CISI, CRAN, CACM, ...): a document begins at a line ".I 12", its fields at lines of a
/// dot and one capital letter. The id is the number after .I, without leading zeros; the title is .T, the text .W;
/// authors, bibliography and cross references (.A .B .N .K .C .X) are not text. A document without text is handed
/// out all the same, since judgements may count it. Throws InputError where a field stands before the first .I, or
/// .I has no id.
std::unique_ptr<DocumentReader> read_smart(std::unique_ptr<ByteStream> stream,
                                           std::size_t most_record_bytes = default_record_bytes);

/// What to call the queries of a SMART collection.
enum class SmartQueryIds {
    /// 1, 2, 3 ... in the order of the file: what the judgement files of these collections count. In MED, CISI and CACM
    /// it is the number after .I as well; in CRAN, whose .I runs 1, 2, 4, 8 ... 365, it is not.
    by_position,
    as_written  ///< the number after .I, without leading zeros
};

/// Reads a SMART file of queries; a query's text is its .T, if it has one, and its .W. Errors as in read_smart.
std::vector<Query> read_smart_queries(std::unique_ptr<ByteStream> stream,
                                      SmartQueryIds ids = SmartQueryIds::by_position);

}  // namespace eckart::corpora
