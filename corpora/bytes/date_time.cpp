#include "corpora/bytes/date_time.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace eckart::corpora {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
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
std::optional<Moment> seconds_of_minute(DateText& text) {
    if (!text.take(':')) return Moment{0};
    const int whole = text.digits(2);
    const auto billionths = fraction(text);
    if (whole < 0 || whole > 60 || !billionths) return std::nullopt;
    return Moment{whole, *billionths};
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

}  // namespace

std::optional<Moment> date_time(std::string_view whole) {
    DateText text = {whole};
    const auto day = day_seconds(text);
    if (!day) return std::nullopt;
    if (text.rest.empty()) return Moment{*day};
    if (!text.take('T') && !text.take(' ')) return std::nullopt;
    const auto minutes = hours_and_minutes(text);
    if (!minutes) return std::nullopt;
    const auto second = seconds_of_minute(text);
    if (!second) return std::nullopt;
    const auto zone = zone_seconds(text);
    if (!zone || !text.rest.empty()) return std::nullopt;
    return Moment{*day + *minutes + second->seconds - *zone, second->billionths};
}

std::optional<Moment> decimal_time(std::string_view text) {
    const bool negative = text.starts_with('-');
    const std::size_t point = std::min(text.find('.'), text.size());
    const auto whole = whole_number(text.substr(negative ? 1 : 0, point - (negative ? 1 : 0)));
    DateText rest = {text.substr(point)};
    const auto billionths = fraction(rest);
    if (!whole || *whole < 0 || !billionths || !rest.rest.empty()) return std::nullopt;
    if (!negative) return Moment{*whole, *billionths};
    if (*billionths == 0) return Moment{-*whole};
    return Moment{-*whole - 1, 1'000'000'000 - *billionths};
}

}  // namespace eckart::corpora
