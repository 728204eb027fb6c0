#include "engine/support/ascii.h"

namespace eckart {

std::string_view trimmed_by_search(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(ascii_white_space);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(ascii_white_space) - begin + 1);
}

std::string lower_ascii(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

}  // namespace eckart
