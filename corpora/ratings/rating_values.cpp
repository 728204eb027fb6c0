#include "corpora/ratings/rating_values.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "corpora/bytes/date_time.h"
#include "corpora/bytes/lines.h"
#include "corpora/bytes/numbers.h"

namespace eckart::corpora {
namespace {

std::optional<std::int64_t> whole_text(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// A decimal of so few digits that it and its power of ten are exact; one rounding follows. Faster than from_chars.
std::optional<float> short_decimal(std::string_view text) {
    constexpr std::size_t most = 8;
    if (text.empty() || text.size() > most) return std::nullopt;
    std::int32_t digits = 0, scale = 1;
    bool behind_point = false;
    for (const char c : text) {
        if (c >= '0' && c <= '9') {
            digits = 10 * digits + (c - '0');
            if (behind_point) scale *= 10;
        } else if (c == '.' && !behind_point && text.size() > 1) {
            behind_point = true;
        } else {
            return std::nullopt;
        }
    }
    return static_cast<float>(static_cast<double>(digits) / scale);
}

}  // namespace

std::optional<float> rating_value(double value) {
    if (!(std::abs(value) <= static_cast<double>(std::numeric_limits<float>::max()))) return std::nullopt;
    return static_cast<float>(value);
}

std::optional<float> rating_value(std::string_view text) {
    if (const auto value = short_decimal(text)) return value;
    const auto value = real_number(text);
    return value ? rating_value(*value) : std::nullopt;
}

std::optional<RatingTime> rating_time(double value) {
    constexpr double bound = 9223372036854775808.0;  // 2^63
    if (!(value > -bound && value < bound)) return std::nullopt;
    const double whole = std::floor(value);
    constexpr double most = 999'999'999;
    return RatingTime{static_cast<std::int64_t>(whole),
                      static_cast<std::uint32_t>(std::min(std::round((value - whole) * 1e9), most))};
}

std::optional<RatingTime> rating_time(std::string_view text) {
    if (const auto value = whole_text(text); value && *value != no_time) return RatingTime{*value};
    text = trimmed(text);
    if (const auto time = date_time(text)) return RatingTime{time->seconds, time->billionths};
    if (const auto time = decimal_time(text); time && time->seconds != no_time) {
        return RatingTime{time->seconds, time->billionths};
    }
    const auto value = real_number(text);
    return value ? rating_time(*value) : std::nullopt;
}

}  // namespace eckart::corpora
