#include "corpora/documents/document_date.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <string>

#include "corpora/bytes/date_time.h"
#include "corpora/bytes/lines.h"

namespace eckart::corpora {
namespace {

constexpr std::int64_t least_date = -62'135'596'800;  // 1 January of the year 1
constexpr std::int64_t most_date = 253'402'300'799;   // the last second of 9999
constexpr std::int64_t least_milliseconds = 100'000'000'000;
constexpr std::size_t longest_date = 100;  // bytes; what is longer is no date

bool is_digits(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The first day of "2024" or "2024-03"; nothing if the text is neither.
std::optional<std::int64_t> first_day(std::string_view text) {
    const bool year = text.size() == 4 && is_digits(text);
    const bool month = text.size() == 7 && text[4] == '-' && is_digits(text.substr(0, 4)) && is_digits(text.substr(5));
    if (!year && !month) return std::nullopt;
    const auto day = date_time(std::string(text) + (year ? "-01-01" : "-01"));
    return day ? std::optional(day->seconds) : std::nullopt;
}

std::optional<std::int64_t> date_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    const bool milliseconds = value >= least_milliseconds || value <= -least_milliseconds;
    return milliseconds ? value / 1000 : value;
}

std::optional<std::int64_t> in_range(std::optional<std::int64_t> date) {
    return date && *date >= least_date && *date <= most_date ? date : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> document_date(std::string_view text) {
    text = trimmed(text);
    if (text.empty() || text.size() > longest_date) return std::nullopt;
    if (const auto day = first_day(text)) return in_range(day);
    if (const auto moment = date_time(text)) return in_range(moment->seconds);
    if (const auto number = date_number(text)) return in_range(number);
    return mail_date(text);
}

std::optional<std::int64_t> mail_date(std::string_view text) {
    text = trimmed(text);
    if (text.empty() || text.size() > longest_date) return std::nullopt;
    GDateTime* const date = g_mime_utils_header_decode_date(std::string(text).c_str());
    if (date == nullptr) return std::nullopt;
    const std::int64_t seconds = g_date_time_to_unix(date);
    g_date_time_unref(date);
    return in_range(seconds);
}

}  // namespace eckart::corpora
