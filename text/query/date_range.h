#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace eckart::text {

/// The times from `first` up to, and without, `end`, in seconds since 1970-01-01 00:00 UTC.
struct DateRange {
    std::int64_t first = std::numeric_limits<std::int64_t>::min();
    std::int64_t end = std::numeric_limits<std::int64_t>::max();

    bool operator==(const DateRange&) const = default;
};

/// The range that people write as a date or as two: DATE is a year, a month or a day ("2021", "2021-03", "2021-03-15"),
/// all of it, in UTC.
///
///     DATE          all of it               DATE..DATE    from the first to the end of the second
///     DATE..        from its first second   ..DATE        up to its end
///     >=DATE <=DATE the same two            >DATE <DATE   what comes after its end, or before its first second
///
/// Nothing if `text` is none of these: a month above 12, a day that the month does not have, or a range that ends
/// before it begins.
std::optional<DateRange> parse_date_range(std::string_view text);

}  // namespace eckart::text
