#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/dense.h"

namespace eckart::text {

/// The rows of a matrix with the largest entries of one column, at both of its ends: up to as many as were asked for,
/// the largest first, ties by row. A row is at one end at most.
struct ColumnEnds {
    std::vector<std::int32_t> positive;
    std::vector<std::int32_t> negative;
};

/// The ends of each of the first `columns` columns, each `count` rows. One pass over the matrix, in parallel.
std::vector<ColumnEnds> column_ends(const ConstMatrixMap& matrix, std::int64_t columns, std::size_t count);

/// The term of each row of V.
std::vector<std::int32_t> terms_of_rows(std::span<const std::int32_t> latent_rows, std::int64_t rows);

}  // namespace eckart::text
