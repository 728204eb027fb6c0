#pragma once

#include <cstddef>
#include <memory>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"
#include "corpora/ratings/rating.h"

namespace eckart::corpora {

/// Reads the Netflix Prize form, one item a file or many: a line "item:", then a line "user,rating,2005-09-06" for each
/// of its ratings (the date may be missing). Times are seconds since 1970. Throws InputError "path:line: ..." at a
/// rating before any item, a line of another width, an empty id, and a rating or date that is none.
std::unique_ptr<RatingReader> read_netflix(std::unique_ptr<ByteStream> stream,
                                           std::size_t most_line_bytes = default_record_bytes);

}  // namespace eckart::corpora
