#pragma once

#include <cstdint>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct MatrixCompletionOptions {
    std::int64_t rank = 20;     ///< k >= 1
    double lambda = 0;          ///< ridge, >= 0; where only stored entries count, > 0 and times their number in a row
    std::int64_t sweeps = 500;  ///< bound, each over rows and then columns, >= 1
    double tolerance = 1e-8;    ///< converged when a sweep takes less than this part off the objective, >= 0
    std::uint64_t seed = 1;     ///< of the first column factors
    MemoryBudget memory = {};
};

/// X ~ Z W'. The sides are plain factors: neither is orthonormal.
struct MatrixCompletion {
    DenseMatrix row_factors;        ///< Z, m x k
    DenseMatrix column_factors;     ///< W, n x k
    std::vector<double> objective;  ///< after each sweep; never increases, but for roundoff
    double stored_error = 0;        ///< sum over the entries that count of (x_ij - z_i . w_j)^2
    bool converged = false;
};

/// Alternating least squares where every entry of X counts,
///
///     min ||X - Z W'||^2 + lambda (||Z||^2 + ||W||^2),
///
/// each side solved exactly for the other. Without lambda its only minima are the truncated SVD's (Baldi and Hornik,
/// "Neural networks and principal component analysis: learning from examples without local minima", Neural Networks 2,
/// 1989), and a sweep is a step of subspace iteration: the objective comes down to Eckart and Young's bound at the rate
/// (s_{k+1} / s_k)^4.
///
/// Costs 4 nnz k operations a sweep in float64; memory `completion_memory`. Same bytes for any number of threads.
/// Throws UsageError if an option is out of range or X is not finite, MemoryError past the budget.
[[nodiscard]] MatrixCompletion complete_matrix(const LinearOperator& x, const MatrixCompletionOptions& options = {},
                                               const Progress& progress = {});

/// The same where only stored entries of X count and the others are unknown,
///
///     min sum over stored (i,j) of (x_ij - z_i . w_j)^2 + lambda (sum_i n_i |z_i|^2 + sum_j n_j |w_j|^2)
///
/// with n_i and n_j stored entries of a row and of a column (Zhou, Wilkinson, Schreiber and Pan, "Large-scale parallel
/// collaborative filtering for the Netflix prize", AAIM 2008). Rows and columns without entries get zeros. Costs nnz
/// k^2
/// + (m + n) k^3 / 3 multiplications a sweep. Throws as above, and UsageError if lambda is 0, no entry is stored, or
/// one is above 1e6 in magnitude.
[[nodiscard]] MatrixCompletion complete_matrix(const CsrView& x, const MatrixCompletionOptions& options = {},
                                               const Progress& progress = {});

/// Bytes that completing an m x n matrix by all entries holds at most, without the matrix.
std::uint64_t completion_memory(std::int64_t rows, std::int64_t cols, std::int64_t rank);
/// The same by stored entries; counts the transpose.
std::uint64_t completion_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, std::int64_t rank);

}  // namespace eckart
