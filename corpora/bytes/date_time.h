#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace eckart::corpora {

/// A point in time: seconds since 1970 in UTC, and `billionths` of one, below 10^9, behind them.
struct Moment {
    std::int64_t seconds = 0;
    std::uint32_t billionths = 0;

    bool operator==(const Moment&) const = default;
};

/// The moment that `text` is: "2005-09-06" with or without a time of day behind it, "T20:30", " 20:30:05.25",
/// "T20:30:05Z", "T20:30:05+02:00"; without a zone it is UTC. Digits behind the ninth of a fraction are dropped.
/// Nothing if it is none of these.
std::optional<Moment> date_time(std::string_view text);

/// Digits, with or without a point and digits behind them, exactly: a double has too few digits for a second of today
/// and its billionths. Nothing if `text` is something else.
std::optional<Moment> decimal_time(std::string_view text);

}  // namespace eckart::corpora
