#include "corpora/ratings/rating_values.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

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

/// What is left to read of a date.
struct DateText {
    std::string_view rest;

    bool take(char c) {
        if (rest.empty() || rest.front() != c) return false;
        rest.remove_prefix(1);
        return true;
    }

    /// Exactly `count` digits; -1 if they are not there.
    int digits(std::size_t count) {
        if (rest.size() < count) return -1;
        int value = 0;
        for (const char c : rest.substr(0, count)) {
            if (c < '0' || c > '9') return -1;
            value = 10 * value + (c - '0');
        }
        rest.remove_prefix(count);
        return value;
    }
};

std::optional<std::int64_t> day_seconds(DateText& text) {
    const int year = text.digits(4);
    if (year < 0 || !text.take('-')) return std::nullopt;
    const int month = text.digits(2);
    if (month < 0 || !text.take('-')) return std::nullopt;
    const int day = text.digits(2);
    if (day < 0) return std::nullopt;
    const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok()) return std::nullopt;
    return std::chrono::seconds(std::chrono::sys_days(date).time_since_epoch()).count();
}

/// "20:30", as seconds.
std::optional<std::int64_t> hours_and_minutes(DateText& text) {
    const int hours = text.digits(2);
    if (hours < 0 || hours > 23 || !text.take(':')) return std::nullopt;
    const int minutes = text.digits(2);
    if (minutes < 0 || minutes > 59) return std::nullopt;
    return 3600 * hours + 60 * minutes;
}

/// ".25", in billionths, or nothing.
std::optional<std::uint32_t> fraction(DateText& text) {
    if (!text.take('.')) return 0;
    constexpr int most = 9;
    std::uint32_t value = 0;
    int count = 0;
    for (int digit = text.digits(1); digit >= 0; digit = text.digits(1), ++count) {
        if (count < most) value = 10 * value + static_cast<std::uint32_t>(digit);
    }
    if (count == 0) return std::nullopt;
    for (; count < most; ++count) value *= 10;
    return value;
}

/// ":05" or ":05.25" or nothing. A leap second is 60.
std::optional<RatingTime> seconds(DateText& text) {
    if (!text.take(':')) return RatingTime{0};
    const int whole = text.digits(2);
    const auto billionths = fraction(text);
    if (whole < 0 || whole > 60 || !billionths) return std::nullopt;
    return RatingTime{whole, *billionths};
}

/// How far local time is before UTC: "Z", "+02:00" or nothing.
std::optional<std::int64_t> zone_seconds(DateText& text) {
    if (text.rest.empty() || text.take('Z')) return 0;
    const std::int64_t sign = text.take('-') ? -1 : 1;
    if (sign > 0 && !text.take('+')) return std::nullopt;
    const auto ahead = hours_and_minutes(text);
    if (!ahead) return std::nullopt;
    return sign * *ahead;
}

std::optional<RatingTime> date_time(std::string_view whole) {
    DateText text = {whole};
    const auto day = day_seconds(text);
    if (!day) return std::nullopt;
    if (text.rest.empty()) return RatingTime{*day};
    if (!text.take('T') && !text.take(' ')) return std::nullopt;
    const auto minutes = hours_and_minutes(text);
    if (!minutes) return std::nullopt;
    const auto second = seconds(text);
    if (!second) return std::nullopt;
    const auto zone = zone_seconds(text);
    if (!zone || !text.rest.empty()) return std::nullopt;
    return RatingTime{*day + *minutes + second->whole - *zone, second->billionths};
}

/// Digits, a point and digits, exactly: a double has too few digits for a second of today and its billionths.
std::optional<RatingTime> decimal_time(std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto whole = whole_text(text.substr(negative ? 1 : 0, point - (negative ? 1 : 0)));
    DateText rest = {text.substr(point)};
    const auto billionths = fraction(rest);
    if (!whole || *whole < 0 || !billionths || !rest.rest.empty()) return std::nullopt;
    if (!negative) return RatingTime{*whole, *billionths};
    if (*billionths == 0) return RatingTime{-*whole};
    return RatingTime{-*whole - 1, 1'000'000'000 - *billionths};
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
    if (const auto time = date_time(text)) return time;
    if (const auto time = decimal_time(text); time && time->whole != no_time) return time;
    const auto value = real_number(text);
    return value ? rating_time(*value) : std::nullopt;
}

}  // namespace eckart::corpora
