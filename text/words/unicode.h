#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace eckart::text {

/// Whether `text` is well-formed UTF-8 throughout.
bool is_valid_utf8(std::string_view text);

/// `text` with U+FFFD for each maximal subpart that is not UTF-8 (The Unicode Standard, section 3.9, table 3-8): a lone
/// surrogate written in three bytes gives three, a sequence cut short gives one.
std::string valid_utf8(std::string_view text);

/// The largest position <= `position` of `text` that is not inside a UTF-8 sequence.
std::size_t character_boundary(std::string_view text, std::size_t position);

/// `text` with its Latin, Greek and Cyrillic letters bare of accents, for comparing what people write without them:
/// "Amélie" is "Amelie", "Smørrebrød" is "Smorrebrod". The result is in NFD; what is not UTF-8 becomes U+FFFD.
std::string without_accents(std::string_view text);

}  // namespace eckart::text
