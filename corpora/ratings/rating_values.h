#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "corpora/ratings/rating.h"

namespace eckart::corpora {

/// The number that `text` is, as real_number reads it: "4", "3.5", "-1e-2". Nothing if it is none or is too large for a
/// float.
std::optional<float> rating_value(std::string_view text);

/// `value` as a float; nothing if it is infinite, NaN or too large for one.
std::optional<float> rating_value(double value);

/// A point in time: `whole` units and `billionths` of one, below 10^9, behind it.
struct RatingTime {
    std::int64_t whole = no_time;
    std::uint32_t billionths = 0;

    bool operator==(const RatingTime&) const = default;
};

/// The time that `text` is, blanks around it allowed: a number, taken as it stands, or a date "2005-09-06" with or
/// without a time of day behind it, "T20:30", " 20:30:05.25", "T20:30:05Z", "T20:30:05+02:00", in seconds since 1970;
/// without a zone it is UTC. Digits behind the ninth of a fraction are dropped. Nothing if it is none of these.
std::optional<RatingTime> rating_time(std::string_view text);

/// `value` as a time; nothing if its whole part is no int64.
std::optional<RatingTime> rating_time(double value);

}  // namespace eckart::corpora
