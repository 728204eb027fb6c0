#pragma once

#include <cstddef>
#include <string_view>

namespace eckart {

/// Bytes to insert, delete or replace to make `b` of `a` (Levenshtein, "Binary codes capable of correcting deletions,
/// insertions and reversals", 1966). Anything above `most` once it is certain to be above: then `most + 1` is returned.
/// Costs O(|a| |b|), memory O(|b|).
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t most = std::string_view::npos - 1);

}  // namespace eckart
