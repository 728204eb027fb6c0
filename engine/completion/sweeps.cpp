#include "engine/completion/sweeps.h"

#include <vector>

#include "engine/completion/normal_equations.h"
#include "engine/support/random.h"

namespace eckart {

DenseMatrix first_factors(const CsrView& matrix, std::int64_t factors, double deviation, std::uint64_t seed) {
    const Philox random(seed);
    DenseMatrix first = DenseMatrix::Zero(matrix.rows, factors);
    parallel_blocks(first.rows(), 1024, [&](Range rows) {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            if (matrix.row(row).size() == 0) continue;
            for (std::int64_t k = 0; k < factors; ++k) {
                const auto index = static_cast<std::uint64_t>(row * factors + k);
                first(row, k) = static_cast<float>(deviation * random.normal(index));
            }
        }
    });
    return first;
}

HalfSweep solve_ranges(const CsrView& matrix, std::int64_t factors, const std::function<HalfSweep(Range)>& solve) {
    const std::vector<Range> ranges = balanced_ranges(matrix, factors);
    std::vector<HalfSweep> parts(ranges.size());
    parallel_for(static_cast<std::int64_t>(ranges.size()),
                 [&](std::int64_t part) { parts[part] = solve(ranges[part]); });
    HalfSweep total;
    for (const HalfSweep& part : parts) {
        total.squared_error += part.squared_error;
        total.solved_in_float64 += part.solved_in_float64;
    }
    return total;
}

}  // namespace eckart
