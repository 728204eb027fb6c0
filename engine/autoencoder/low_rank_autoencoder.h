#pragma once

#include <cstdint>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct LowRankAutoencoderOptions {
    std::int64_t rank = 20;         ///< k >= 1, width of the hidden layer; what X has less of is cut
    bool tied = false;              ///< the decoder is the encoder's transpose
    std::int64_t iterations = 500;  ///< bound, >= 1
    /// Training has converged when the gradient of the objective by an orthonormal encoder is this part of what it is
    /// made of: |C W - W W'C W| <= tolerance |C W| for C = X'X. Divided by the relative gap (s_k^2 - s_{k+1}^2) / s_1^2
    /// it bounds the angle that is left to the leading subspace, about.
    double tolerance = 1e-7;
    std::uint64_t seed = 1;    ///< of the start
    MemoryBudget memory = {};  ///< of what is allocated here, without the input
};

/// A linear autoencoder with k hidden units: a row x becomes the code x W1 and is decoded to x W1 W2'.
struct LowRankAutoencoder {
    DenseMatrix encoder;            ///< W1, n x k, orthonormal columns
    DenseMatrix decoder;            ///< W2, n x k; the encoder itself if tied
    std::vector<double> objective;  ///< ||X - X W1 W2'||^2 after each iteration; never increases, but for roundoff
    double squared_norm = 0;        ///< ||X||^2
    std::int64_t iterations = 0;
    bool tied = false;
    bool converged = false;
};

/// Trains a linear autoencoder of rank k on the rows of X (m x n), untied or tied,
///
///     min ||X - X W1 W2'||^2      or      min ||X - X W W'||^2,
///
/// by descent with exact steps, without any singular vector of X. Untied: the decoder is that of least squares for the
/// encoder at hand. Tied: W'W = I, which costs nothing, for the minimum over all W is attained by such. An iteration
/// takes the encoder that is best of all whose columns lie in the span of three blocks: the encoder at hand, the
/// gradient there, and the last step, as in conjugate gradients (Knyazev, "Toward the optimal preconditioned
/// eigensolver: locally optimal block preconditioned conjugate gradient method", SIAM Journal on Scientific Computing
/// 23, 2001, without a preconditioner). So the objective never increases. Alternating least squares is the same with
/// the gradient alone, and takes ten times as many iterations or more.
///
/// There are no minima but the global ones, whose encoders span what the leading k right singular vectors of X span:
/// the subspace of the truncated SVD, or of PCA where X is centered (Baldi and Hornik, "Neural networks and principal
/// component analysis: learning from examples without local minima", Neural Networks 2, 1989). The encoder is one
/// orthonormal basis of it, which training does not tell from another.
///
/// Costs 4 nnz k operations an iteration, in float64, beside about 50 n k^2. Same bytes for any number of threads.
/// Throws UsageError if an option is out of range, or X has no entry but zeros or one that is not finite; MemoryError
/// past the budget.
[[nodiscard]] LowRankAutoencoder fit_low_rank_autoencoder(const LinearOperator& x,
                                                          const LowRankAutoencoderOptions& options = {},
                                                          const Progress& progress = {});
[[nodiscard]] LowRankAutoencoder fit_low_rank_autoencoder(ConstPanelRef<float> x,
                                                          const LowRankAutoencoderOptions& options = {},
                                                          const Progress& progress = {});
[[nodiscard]] LowRankAutoencoder fit_low_rank_autoencoder(const CsrView& x,
                                                          const LowRankAutoencoderOptions& options = {},
                                                          const Progress& progress = {});

/// Bytes that training on an m x n operator holds at most, without the operator.
std::uint64_t low_rank_autoencoder_memory(std::int64_t rows, std::int64_t cols,
                                          const LowRankAutoencoderOptions& options);

}  // namespace eckart
