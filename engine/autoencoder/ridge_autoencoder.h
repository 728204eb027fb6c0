#pragma once

#include <cstdint>
#include <string>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct RidgeAutoencoderOptions {
    std::int64_t rank = 20;     ///< k >= 1, width of the hidden layer
    double regularization = 1;  ///< lambda >= 0, in the units of X'X
    double tolerance = 1e-5;    ///< of the SVD, see SvdOptions
    std::uint64_t seed = 1;     ///< of the SVD
    MemoryBudget memory = {};   ///< of what is allocated here, without the input
};

/// A linear autoencoder whose encoder and decoder are penalized: a row x becomes the code x W and is decoded to x W W'.
struct RidgeAutoencoder {
    DenseMatrix weights;              ///< W, n x r: encoder and decoder; column i is v_i sqrt(shrinkage_i)
    Eigen::VectorXd shrinkage;        ///< r, descending: 1 - lambda / s_i^2, what is kept of each direction
    Eigen::VectorXd singular_values;  ///< r, descending: s_i of X
    double objective = 0;             ///< ||X - X W W'||^2 + 2 lambda ||W||^2
    double squared_norm = 0;          ///< ||X||^2
    bool converged = false;           ///< whether the SVD has
    std::string note;                 ///< what was done otherwise than asked, and why; empty if nothing

    std::int64_t rank() const { return weights.cols(); }
};

/// The linear autoencoder of rank k with a ridge on both of its matrices, in closed form,
///
///     min ||X - X W1 W2'||^2 + lambda (||W1||^2 + ||W2||^2),      W1 = W2 = V_k diag(max(0, 1 - lambda / s_i^2))^1/2,
///
/// for X = U S V': the leading principal directions in their order, shrunk (Kunin, Bloom, Goeva and Seed, "Loss
/// landscapes of regularized linear autoencoders", ICML 2019: encoder and decoder are transposes at every critical
/// point). Without the ridge any basis of their span is as good; with it W is determined up to a rotation W Q, and
/// column i of this one has the i-th direction. Its minimum is ||X||^2 - sum_i (s_i - lambda / s_i)^2 over the k
/// largest s_i^2 > lambda; the others are left out, so that r may be less than k, or 0.
///
/// Costs and memory are the SVD's. Same bytes for any number of threads. Throws UsageError if an option is out of range
/// or X has no entry but zeros or one that is not finite, MemoryError past the budget.
[[nodiscard]] RidgeAutoencoder fit_ridge_autoencoder(const LinearOperator& x,
                                                     const RidgeAutoencoderOptions& options = {},
                                                     const Progress& progress = {});
[[nodiscard]] RidgeAutoencoder fit_ridge_autoencoder(const CsrView& x, const RidgeAutoencoderOptions& options = {},
                                                     const Progress& progress = {});

}  // namespace eckart
