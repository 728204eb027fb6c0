#pragma once

#include <cstdint>
#include <functional>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/parallel.h"

// For methods that solve for the rows of one side, then of the other. Not installed.

namespace eckart {

/// Normal numbers of that deviation, rows x f, where a row has entries; zeros elsewhere.
DenseMatrix first_factors(const CsrView& matrix, std::int64_t factors, double deviation, std::uint64_t seed);

/// What solving for the rows of one side says of itself.
struct HalfSweep {
    double squared_error = 0;  ///< over the stored entries, if it was asked for
    std::int64_t solved_in_float64 = 0;
};

/// Calls `solve` for ranges of rows that are about equal work, in parallel, and adds what it says in their order.
HalfSweep solve_ranges(const CsrView& matrix, std::int64_t factors, const std::function<HalfSweep(Range)>& solve);

}  // namespace eckart
