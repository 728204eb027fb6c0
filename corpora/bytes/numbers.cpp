#include "corpora/bytes/numbers.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>

#include "corpora/bytes/lines.h"

namespace eckart::corpora {
namespace {

/// std::from_chars takes no plus sign.
std::string_view without_plus(std::string_view text) {
    const bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-' && text[1] != '+';
    return plus ? text.substr(1) : text;
}

/// Which power of ten the first digit other than 0 of a decimal number stands for; it has one.
std::int64_t leading_power(std::string_view number) {
    const std::size_t e = std::min(number.find_first_of("eE"), number.size());
    const std::string_view digits = number.substr(0, e);
    std::string_view written = without_plus(number.substr(std::min(e + 1, number.size())));
    std::int64_t power = 0;
    const auto parsed = std::from_chars(written.data(), written.data() + written.size(), power);
    constexpr std::int64_t beyond_any_text = std::int64_t{1} << 62;
    if (parsed.ec == std::errc::result_out_of_range)
        power = written.front() == '-' ? -beyond_any_text : beyond_any_text;
    const auto point = static_cast<std::int64_t>(std::min(digits.find('.'), digits.size()));
    const auto first = static_cast<std::int64_t>(digits.find_first_of("123456789"));
    return power + (first < point ? point - first - 1 : point - first);
}

}  // namespace

std::optional<double> real_number(std::string_view text) {
    text = without_plus(trimmed(text));
    const char* const end = text.data() + text.size();
    double value = 0;
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ptr != end || parsed.ec == std::errc::invalid_argument) return std::nullopt;
    if (parsed.ec == std::errc()) return std::isfinite(value) ? std::optional(value) : std::nullopt;
    if (leading_power(text) > 0) return std::nullopt;
    return text.front() == '-' ? -0.0 : 0.0;
}

bool looks_like_number(std::string_view text) {
    text = without_plus(trimmed(text));
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error != std::errc::invalid_argument && end == text.data() + text.size();
}

}  // namespace eckart::corpora
