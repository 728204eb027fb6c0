#pragma once

#include <optional>
#include <string_view>

namespace eckart::corpora {

/// The number that `text` is, blanks around it and a plus sign allowed: "4", "+3.5", " -1e-2". One too small for a
/// double is 0, as in strtod, NumPy and pandas. Nothing if it is no number, is infinite or NaN, or too large for a
/// double.
std::optional<double> real_number(std::string_view text);

/// Whether `text` is meant as a number: what real_number takes, and "nan", "inf", "1e999".
bool looks_like_number(std::string_view text);

}  // namespace eckart::corpora
