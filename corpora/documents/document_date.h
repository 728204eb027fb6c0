#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace eckart::corpora {

/// The date that a record gives, in seconds since 1970 in UTC: "2024-03-04" with or without a time of day (see
/// date_time), "2024-03" or "2024" (the first of the month, of the year), the date of a mail ("Mon, 4 Mar 2024 10:00:00
/// +0100"), or another whole number, which is seconds since 1970, or milliseconds from 10^11 on. Nothing if it is none
/// of these or outside of the years 1 to 9999.
std::optional<std::int64_t> document_date(std::string_view text);

/// The date of a mail's Date header; nothing if it is none.
std::optional<std::int64_t> mail_date(std::string_view text);

}  // namespace eckart::corpora
