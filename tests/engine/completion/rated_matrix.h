#pragma once

#include <cmath>
#include <utility>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/support/random.h"

namespace eckart::testing {

/// A random matrix of whole values from 1 to 5 that depend on row and column; the last row and the last column are
/// empty.
inline CsrMatrix rated_matrix(std::int64_t rows, std::int64_t cols, double density, std::uint64_t seed) {
    const Philox random(seed, 1), normal(seed, 2);
    std::vector<Entry> entries;
    for (std::int64_t row = 0; row + 1 < rows; ++row) {
        for (std::int64_t col = 0; col + 1 < cols; ++col) {
            const auto place = static_cast<std::uint64_t>(row * cols + col);
            if (random.uniform(place) >= density) continue;
            const double value = 3.3 + 0.5 * normal.normal(static_cast<std::uint64_t>(row)) +
                                 0.7 * normal.normal(static_cast<std::uint64_t>(rows + col)) +
                                 0.8 * random.normal(place);
            entries.push_back({row, col, static_cast<float>(std::fmin(5, std::fmax(1, std::round(value))))});
        }
    }
    return csr_from_entries(rows, cols, std::move(entries));
}

}  // namespace eckart::testing
