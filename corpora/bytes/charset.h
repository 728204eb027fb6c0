#pragma once

#include <string>
#include <string_view>

namespace eckart::corpora {

/// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms). Many gigabytes a second.
bool is_valid_utf8(std::string_view bytes);

/// Whether the first 8 KB hold too many bytes that text has no use for (NUL and most control characters): more than one
/// in 32, or one in 8 where all the bytes are valid UTF-8. UTF-16 and UTF-32 are not binary.
bool looks_binary(std::string_view bytes);

/// Turns text in any charset into UTF-8 in place and returns the name of the charset.
///
/// A byte order mark decides, and is dropped; UTF-16 without one is told by where its NUL bytes stand; valid UTF-8, and
/// what is UTF-8 but for a few bytes, stays as it is. For other bytes ICU's detector decides, or windows-1252 (which
/// has all letters of Latin-1) where it is not sure. Bytes that the charset does not have become U+FFFD.
std::string make_utf8(std::string& bytes);

/// Turns text in `charset` into UTF-8 in place; false, with the text unchanged, if that charset is unknown.
bool convert_to_utf8(std::string& bytes, const std::string& charset);

}  // namespace eckart::corpora
