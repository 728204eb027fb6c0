#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/support/progress.h"

namespace eckart {

struct OffsetsOptions {
    /// Weights of the squares of the offsets, at least 0: an offset is shrunk towards 0 as if so many more entries of
    /// exactly average value were stored in its row or column. The defaults are the best of a grid on validation parts
    /// of MovieLens 100K and 1M, where the error is flat about them.
    double lambda_row = 5;
    double lambda_column = 3;
    double tolerance = 1e-13;           ///< bound on `Offsets::residual`
    std::int64_t max_iterations = 500;  ///< of conjugate gradients; a few dozen do, unless both weights are next to 0
};

/// mean + row_offsets[u] + column_offsets[i] is the fitted value of an entry.
struct Offsets {
    double mean = 0;                     ///< of the stored values
    std::vector<double> row_offsets;     ///< rows; 0 for an empty row
    std::vector<double> column_offsets;  ///< columns; 0 for an empty column
    double residual = 0;          ///< ||A z - g|| / ||g|| of the normal equations A z = g below, measured afterwards
    std::int64_t iterations = 0;  ///< of conjugate gradients
    bool converged = false;       ///< the residual is within the tolerance
};

/// The offsets b (rows) and c (columns) of a matrix R, by regularized least squares over its stored entries:
///
///     min  sum over stored (u,i) of (r_ui - mean - b_u - c_i)^2  +  lambda_row |b|^2  +  lambda_column |c|^2
///
/// (Koren, "Factorization meets the neighborhood", KDD 2008, section 2.1, with a weight for each side), solved to
/// roundoff in float64: rows are eliminated and conjugate gradients with Jacobi's preconditioner solve for the columns.
/// Where a weight is 0 the solution may not be unique; then one of them comes out, finite all the same. Values that are
/// all equal have offsets of exactly 0. Same bytes for any number of threads.
///
/// Costs a transposition and 2 nnz additions an iteration. Throws UsageError if the matrix has no entries or an option
/// is out of range.
[[nodiscard]] Offsets fit_offsets(const CsrView& matrix, const OffsetsOptions& options = {},
                                  const Progress& progress = {});

/// The same where the transpose is at hand.
[[nodiscard]] Offsets fit_offsets(const CsrView& matrix, const CsrView& transpose, const OffsetsOptions& options = {},
                                  const Progress& progress = {});

/// The offset of a row, given those of the columns: sum over its entries of (r - mean - c_i) / (entries + lambda_row),
/// the minimum of the above for that row. 0 for an empty row.
double row_offset(std::span<const std::int32_t> columns, std::span<const float> values, double mean,
                  std::span<const double> column_offsets, double lambda_row);

}  // namespace eckart
