#pragma once

#include <cstdint>

#include "engine/matrix/csr.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct SparseAutoencoderOptions {
    double regularization = 500;   ///< lambda > 0, as in LinearAutoencoderOptions
    double dropout = 0;            ///< p in [0, 1), likewise
    std::int64_t neighbors = 100;  ///< m: columns that may explain a column, its nearest by cosine, >= 1
    MemoryBudget memory = {};      ///< of what is allocated here, the result too
};

/// A linear autoencoder that was found without any matrix of cols x cols, and how far it is from the exact one.
struct SparseAutoencoder {
    CsrMatrix weights;           ///< B, cols x cols, zero diagonal; row i is what column i gives to all others
    std::int64_t neighbors = 0;  ///< m that was used: what was asked for, or less, to fit the budget
    /// Mean over sampled columns j of ||(A b_j - g_j)|| / ||g_j|| without row j, for the exact A of
    /// fit_linear_autoencoder and the column g_j of X'X: what is left of the normal equations; 0 is exact, 1 no better
    /// than weights of zero.
    double residual = 0;
};

/// Approximates fit_linear_autoencoder where cols^2 numbers are too many. Each column is explained by its m nearest
/// alone, N, and for these exactly: (A_NN) b_N = g_N, a Cholesky factorization of order m. (An approximate inverse of
/// one pattern a column, as Grote and Huckle, "Parallel preconditioning with sparse approximate inverses", SIAM J. Sci.
/// Comput. 1997, fit them; blocks of a positive definite matrix are positive definite, so that nothing can fail.)
/// Factoring a thinned X'X instead is no way: what is thinned is not positive definite, and raising its diagonal until
/// it is leaves a residual of .8 to .96 on ratings.
///
/// Where the budget does not hold it, m is halved until it does. Costs cols (m^3 / 3) operations and the products of
/// the rows that the nearest columns have. Same bytes for any number of threads. Throws UsageError if an option is out
/// of range, MemoryError with the number if not even m = 1 fits.
[[nodiscard]] SparseAutoencoder fit_sparse_autoencoder(const CsrView& x, const SparseAutoencoderOptions& options = {},
                                                       const Progress& progress = {});

/// Bytes that fitting holds at most with m neighbors, the result too.
std::uint64_t sparse_autoencoder_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, std::int64_t m);

}  // namespace eckart
