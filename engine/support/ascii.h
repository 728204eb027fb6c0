#pragma once

#include <string>
#include <string_view>

namespace eckart {

/// White space of ASCII.
inline constexpr std::string_view ascii_white_space = " \t\r\n\f\v";

/// Without white space (ASCII) at both ends.
std::string_view trimmed(std::string_view text);

/// ASCII letters in lower case; other bytes as they are.
std::string lower_ascii(std::string_view text);

}  // namespace eckart
