#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"
#include "corpora/ratings/rating.h"

namespace eckart::corpora {

/// Reads the form of the LightGCN collections: a line has a user and all their items between white space. Each value is
/// 1. A user without items has no ratings. Where the first word of every line (of the first hundred, or of those with
/// the first 100,000 words) is the number of the others, and one comes twice, it is no user: the line's number in the
/// file, from 1, is. Throws InputError where LineReader does.
std::unique_ptr<RatingReader> read_interaction_lists(std::unique_ptr<ByteStream> stream,
                                                     std::size_t most_line_bytes = default_record_bytes);

/// Whether the first word of a line of so many words, one at least, is the number of the others.
bool counts_the_others(std::string_view first, std::size_t words);

/// Reads LIBSVM's form, "label item:value item:value ...", in which a line is a user: its number in the file, from 1,
/// is the user's id. The label may be missing and means nothing here; "#" begins a comment. Throws InputError
/// "path:line: ..." at an entry that is not a whole number, a colon and a number.
std::unique_ptr<RatingReader> read_libsvm(std::unique_ptr<ByteStream> stream,
                                          std::size_t most_line_bytes = default_record_bytes);

/// Whether `word` is an entry of LIBSVM's form: a whole number, a colon and a number.
bool is_libsvm_entry(std::string_view word);

}  // namespace eckart::corpora
