#pragma once

#include <cstdint>
#include <span>

namespace eckart {

/// Columns of a packed matrix that lie side by side: element (l, c) of one with d rows stands at
/// (c / panel_lanes * d + l) * panel_lanes + c % panel_lanes.
inline constexpr std::int64_t panel_lanes = 16;

/// Number of panels that hold `columns` columns.
constexpr std::int64_t panel_count(std::int64_t columns) {
    return (columns + panel_lanes - 1) / panel_lanes;
}

/// out(r, c) = offsets[c] - rows[r] . column c, for `rows` of d floats each and `panels` packed panels of d rows; rows
/// of `out` are `stride` floats apart. Float32; each is summed in the order of l in one accumulator.
///
/// Rows are pointers, so that any choice of rows costs the same, and nothing is packed at a call: a product of a matrix
/// library packs the columns each time, a quarter of the work where the rows are 64. One thread. Runs on 512-bit
/// registers where the machine has them, which differs in nothing but speed and the last bit.
///
/// Floor: 32 panels d flops a row. Measured on one core at 64 x 256: 225 Gflop/s with 512 bits, 117 with 256; OpenBLAS
/// 94-110.
void subtract_row_products(std::span<const float* const> rows, std::int64_t d, const float* packed,
                           const float* offsets, std::int64_t panels, float* out, std::int64_t stride);

/// The least two of some numbers, and where the least stands (one of the places, if several are equal).
struct TwoLeast {
    float least;
    float second;
    std::int32_t place;
};

/// The two least of each of `count` rows of 16 `panels` floats each, `stride` apart; none may be NaN.
void two_least(const float* rows, std::int64_t count, std::int64_t stride, std::int64_t panels, TwoLeast* out);

}  // namespace eckart
