#pragma once

#include <string>
#include <string_view>

namespace eckart {

/// White space of ASCII.
inline constexpr std::string_view ascii_white_space = " \t\r\n\f\v";

/// Without white space (ASCII) at both ends, by a search from each end.
std::string_view trimmed_by_search(std::string_view text);

/// The same, faster where there is none, as in almost every field of a table.
inline std::string_view trimmed(std::string_view text) {
    const auto is_ink = [](char c) { return static_cast<unsigned char>(c) > ' '; };
    if (!text.empty() && is_ink(text.front()) && is_ink(text.back())) return text;
    return trimmed_by_search(text);
}

inline bool is_ascii_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// ASCII letters in lower case; other bytes as they are.
std::string lower_ascii(std::string_view text);

}  // namespace eckart
