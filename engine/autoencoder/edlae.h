#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct EdlaeOptions {
    std::int64_t rank = 100;      ///< k >= 1; what X has less of is cut
    double dropout = 0.33;        ///< p in [0, 1): the share of the inputs that noise sets to zero
    double regularization = 500;  ///< lambda >= 0, in the units of X'X; above 0 where there is no dropout
    /// b in [0, 1]: the error of column j counts w_j = (its mean square over that of all columns)^-b. A low rank is
    /// spent on the largest columns where b is 0, and evenly where it is 1; with full rank it makes no difference.
    double column_power = 0;
    std::int64_t sweeps = 20;  ///< bound, >= 0; 0 leaves the closed approximation as it is
    double tolerance = 1e-4;   ///< converged when a sweep adds less than this part to what is explained, >= 0
    std::uint64_t seed = 1;    ///< of the SVD that it starts from
    MemoryBudget memory = {};  ///< of what is allocated here, the result too
};

/// X ~ X B with B = U V' - Diag(U V'): no column explains itself. Plain data, complete once returned.
struct Edlae {
    DenseMatrix encoder;            ///< U, n x k; row j is what an entry in column j gives to a code
    DenseMatrix decoder;            ///< V, n x k
    std::vector<double> objective;  ///< of the closed approximation, and after each sweep; never increases, but for
                                    ///< roundoff
    double squared_norm = 0;        ///< ||X W^1/2||^2, the objective of B = 0: what is explained is the difference
    bool converged = false;
    bool interrupted = false;  ///< after the first sweep or a later one: this is what there was
    std::string note;          ///< what was done otherwise than asked, and why; empty if nothing
};

/// The emphasized denoising linear autoencoder of rank k (Steck, "Autoencoders that don't overfit towards the
/// identity", NeurIPS 2020: EDLAE), trained to find each input again from the others where noise drops a share p of
/// them, with the noise marginalized exactly (dropout.h):
///
///     min over U, V of ||(X - X B) W^1/2||^2 + ||L^1/2 B W^1/2||^2,  B = U V' - Diag(U V'),
///
/// L = lambda I + p / (1 - p) diag(X'X), W = Diag(w) the weights of the columns. With full rank this is closed:
/// fit_linear_autoencoder. Here V is solved for exactly, a column of B by itself, and U
/// improved by some steps of conjugate gradients on the quadratic that is left, in turns. The start is closed too: the
/// best U without a bound on the diagonal for the leading right singular vectors of X W^1/2, and the best V with it for
/// this U. (The paper alternates too, by ADMM with a quadratic penalty on the diagonal. Another closed approximation is
/// in Steck and Garcia Garcia, "On the regularization of autoencoders", arXiv 2110.11402, 2021.) The objective is not
/// convex: what is reached is a place where no side alone can be improved.
///
/// No array has n x n numbers but up to 4096 columns, where an inverse of that order makes the steps few; so it works
/// where fit_linear_autoencoder does not fit. Costs some 50 nnz k + 20 n k^2 operations a sweep in float64. Same bytes
/// for any number of threads.
///
/// Throws UsageError if an option is out of range or X has no entry but zeros or one that is not finite, MemoryError
/// past the budget.
[[nodiscard]] Edlae fit_edlae(const CsrView& x, const EdlaeOptions& options = {}, const Progress& progress = {});

/// Bytes that fitting holds at most, the result too.
std::uint64_t edlae_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros,
                           const EdlaeOptions& options = {});

}  // namespace eckart
