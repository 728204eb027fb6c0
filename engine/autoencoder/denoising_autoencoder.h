#pragma once

#include <cstdint>
#include <string>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct DenoisingAutoencoderOptions {
    std::int64_t rank = 20;     ///< k >= 1, width of the hidden layer; what X has less of is cut
    double dropout = 0.1;       ///< p in [0, 1): the share of the inputs that noise sets to zero
    double regularization = 0;  ///< lambda >= 0, in the units of X'X; above 0 where there is no dropout
    double tolerance = 1e-5;    ///< of the SVD that gives the decoder, see SvdOptions
    std::uint64_t seed = 1;     ///< of that SVD
    MemoryBudget memory = {};   ///< of what is allocated here, without the input
};

/// A linear autoencoder of rank k that undoes dropout: a row x becomes the code x U and is decoded to x U V'.
struct DenoisingAutoencoder {
    DenseMatrix encoder;      ///< U, n x k
    DenseMatrix decoder;      ///< V, n x k, orthonormal columns
    Eigen::VectorXd gains;    ///< k, descending: what each column of V takes off ||X||^2
    double objective = 0;     ///< ||X||^2 less the gains: the least value of what is below
    double squared_norm = 0;  ///< ||X||^2
    bool converged = false;   ///< whether the SVD has
    std::string note;         ///< what was done otherwise than asked, and why; empty if nothing
};

/// The linear denoising autoencoder of rank k, with its noise marginalized exactly (dropout.h) and in closed form,
///
///     min over B of rank k of E ||X - noise(X) B||^2 + lambda ||B||^2 = ||X - X B||^2 + ||L^1/2 B||^2,
///
///     B = A^-1 G V V',    G = X'X,  A = G + L,  V the leading eigenvectors of G A^-1 G,
///
/// a reduced-rank regression of X on its noisy self (Izenman, "Reduced-rank regression for the multivariate linear
/// model", Journal of Multivariate Analysis 5, 1975). With k = n this is B = A^-1 G; with the same penalty for every
/// column V has the singular vectors of X, and without any it is the SVD. The diagonal of B is free: fit_edlae holds it
/// at zero.
///
/// `squared_column_norms` are diag(G). Costs an SVD with two systems in A for each product, solved by one inverse
/// (n^3) up to 4096 columns and by conjugate gradients beyond. Same bytes for any number of threads. Throws UsageError
/// if an option is out of range or X has no entry but zeros or one that is not finite, MemoryError past the budget.
[[nodiscard]] DenoisingAutoencoder fit_denoising_autoencoder(const LinearOperator& x,
                                                             const Eigen::VectorXd& squared_column_norms,
                                                             const DenoisingAutoencoderOptions& options = {},
                                                             const Progress& progress = {});
[[nodiscard]] DenoisingAutoencoder fit_denoising_autoencoder(const CsrView& x,
                                                             const DenoisingAutoencoderOptions& options = {},
                                                             const Progress& progress = {});

/// Bytes that fitting to an m x n operator holds at most, without the operator.
std::uint64_t denoising_autoencoder_memory(std::int64_t rows, std::int64_t cols,
                                           const DenoisingAutoencoderOptions& options = {});

}  // namespace eckart
