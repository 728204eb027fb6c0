#pragma once

#include <cstdint>

namespace eckart {

/// products[i] = the sum over the bytes b of row i of (lower half of b) low_b + (upper half of b) high_b, for `count`
/// rows of `bytes` bytes, a multiple of 16, one behind the other. Exact: the halves are 0 to 15, low and high within
/// 127 of 0, and there are fewer than 2^19 bytes.
void code_products(const std::uint8_t* rows, std::int64_t count, std::int64_t bytes, const std::int8_t* low,
                   const std::int8_t* high, std::int32_t* products);

}  // namespace eckart
