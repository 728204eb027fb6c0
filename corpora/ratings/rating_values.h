#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace eckart::corpora {

/// The number that `text` is, blanks around it allowed: "4", "3.5", "-1e-2". Nothing if it is none, is infinite or NaN,
/// or too large for a float.
std::optional<float> rating_value(std::string_view text);

/// `value` as a float; nothing if it is infinite, NaN or too large for one.
std::optional<float> rating_value(double value);

/// The time that `text` is, blanks around it allowed: a number (its fraction is dropped), taken as it stands, or a date
/// "2005-09-06" with or without a time of day behind it, "T20:30", " 20:30:05.25", "T20:30:05Z", "T20:30:05+02:00", in
/// seconds since 1970; without a zone it is UTC. Nothing if it is none of these.
std::optional<std::int64_t> rating_time(std::string_view text);

/// `value` without its fraction; nothing if that is no int64.
std::optional<std::int64_t> rating_time(double value);

}  // namespace eckart::corpora
