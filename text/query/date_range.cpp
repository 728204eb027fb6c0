#include "text/query/date_range.h"

#include <chrono>

namespace eckart::text {
namespace {

/// Takes a number of `digits` digits off the front of `text`.
std::optional<int> taken_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return {};
    int number = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return {};
        number = 10 * number + (c - '0');
    }
    text.remove_prefix(digits);
    return number;
}

std::int64_t seconds_of(std::chrono::year_month_day day) {
    return std::chrono::seconds(std::chrono::sys_days(day).time_since_epoch()).count();
}

/// "-03" off the front of `text`; nothing if there is something else.
std::optional<unsigned> taken_part(std::string_view& text) {
    if (!text.starts_with('-')) return {};
    text.remove_prefix(1);
    const auto number = taken_number(text, 2);
    return number ? std::optional<unsigned>(static_cast<unsigned>(*number)) : std::nullopt;
}

/// A year, a month or a day.
std::optional<DateRange> parse_date(std::string_view text) {
    using namespace std::chrono;
    const auto number = taken_number(text, 4);
    if (!number || *number == 0) return {};
    const year in{*number};
    if (text.empty()) return DateRange{seconds_of(in / January / 1), seconds_of((in + years{1}) / January / 1)};
    const auto month_number = taken_part(text);
    if (!month_number || !month{*month_number}.ok()) return {};
    const year_month of = in / month{*month_number};
    if (text.empty()) return DateRange{seconds_of(of / 1), seconds_of((of + months{1}) / 1)};
    const auto day_number = taken_part(text);
    if (!day_number || !text.empty() || !(of / day{*day_number}).ok()) return {};
    const std::int64_t first = seconds_of(of / day{*day_number});
    return DateRange{first, first + 24 * 60 * 60};
}

std::optional<DateRange> parse_compared(std::string_view text) {
    const bool equal = text.size() > 1 && text[1] == '=';
    const bool greater = text[0] == '>';
    const auto date = parse_date(text.substr(equal ? 2 : 1));
    if (!date) return {};
    DateRange range;
    if (greater) {
        range.first = equal ? date->first : date->end;
    } else {
        range.end = equal ? date->end : date->first;
    }
    return range;
}

std::optional<DateRange> parse_between(std::string_view from, std::string_view to) {
    if (from.empty() && to.empty()) return {};
    DateRange range;
    if (!from.empty()) {
        const auto date = parse_date(from);
        if (!date) return {};
        range.first = date->first;
    }
    if (!to.empty()) {
        const auto date = parse_date(to);
        if (!date || date->end <= range.first) return {};
        range.end = date->end;
    }
    return range;
}

}  // namespace

std::optional<DateRange> parse_date_range(std::string_view text) {
    if (text.starts_with('>') || text.starts_with('<')) return parse_compared(text);
    const std::size_t dots = text.find("..");
    if (dots != std::string_view::npos) return parse_between(text.substr(0, dots), text.substr(dots + 2));
    return parse_date(text);
}

}  // namespace eckart::text
