#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// Mean of the stored values, in float64; NaN if there are none.
double mean_of_entries(const CsrView& matrix);

/// Standard deviation of the stored values about their mean, in float64; NaN if there are none.
double deviation_of_entries(const CsrView& matrix);

/// Squared norm of each column, in float64: diag(A'A).
Eigen::VectorXd squared_column_norms(const CsrView& matrix);

/// Throws UsageError "`what` was given a value that is not finite" if the matrix stores one.
void require_finite(const CsrView& matrix, const char* what);

/// A dense matrix with every entry stored, zeros too, for methods that take rows compressed. Holds 8 bytes an entry.
CsrMatrix stored_rows(ConstPanelRef<float> dense);

/// Bytes that stored_rows holds for a dense matrix of this size.
std::uint64_t stored_rows_memory(std::int64_t rows, std::int64_t cols);

}  // namespace eckart
