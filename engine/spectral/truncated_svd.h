#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

/// Which method finds the subspace; the finish, the certificate and the tolerance are the same for all.
enum class SvdSolver {
    automatic,     ///< dense where the smaller side is small, block_krylov elsewhere
    spectra,       ///< implicitly restarted Lanczos, one vector at a time (Spectra), on the smaller Gram operator
    block_krylov,  ///< block Lanczos with thick restart, float32 and then float64 where the tolerance asks for it
    dense          ///< eigenvectors of the Gram matrix of the smaller side; O(min(m,n)^2) memory
};

/// "automatic", "spectra", "block-krylov", "dense"; "auto" is read as automatic.
std::string_view name(SvdSolver solver);
/// Throws UsageError on any other word.
SvdSolver parse_svd_solver(std::string_view name);

struct SvdOptions {
    std::int64_t rank = 200;  ///< k >= 1; what A has less of is cut, see TruncatedSvd
    SvdSolver solver = SvdSolver::automatic;
    /// Bound on both residuals of every triplet, relative to s_1. At 1e-2 retrieval is as good as at 1e-10; 1e-5 is the
    /// last that float32 reaches.
    double tolerance = 1e-2;
    std::uint64_t seed = 1;  ///< of the start block
    std::int64_t block_size =
        0;  ///< columns a step of block_krylov, a multiple of 16; 0: 32, or 16 below a tolerance of 1e-3
    std::int64_t max_products = 0;  ///< bound on columns multiplied by the Gram operator, to a block; 0: 40 k + 2000
    MemoryBudget memory = {};       ///< of what is allocated here; block_krylov restarts earlier to keep it
};

/// How far a factorization is from exact, measured on A afterwards, whatever the solver reported.
struct SvdCertificate {
    double max_right_residual = 0;    ///< max_i ||A v_i - s_i u_i|| / s_1
    double max_left_residual = 0;     ///< max_i ||A' u_i - s_i v_i|| / s_1
    double orthogonality_loss_u = 0;  ///< max |U'U - I|
    double orthogonality_loss_v = 0;  ///< max |V'V - I|
    double squared_norm = 0;          ///< ||A||^2
    double energy = 0;                ///< sum s_i^2 / ||A||^2, in [0, 1]
    bool converged = false;           ///< both residuals are within the tolerance, and no triplet is missing
    Eigen::VectorXd right_residuals;  ///< each triplet's
};

/// A = U S V' + what is left, for m x n A and k triplets.
///
/// Singular values descend; in each column of V the entry of largest magnitude (the first, if several are equal) is
/// positive. k is the rank asked for, or less: triplets with s_i below 1e-7 s_1 are not told from zero and are left
/// out.
struct TruncatedSvd {
    DenseMatrix u;                    ///< left singular vectors, m x k
    Eigen::VectorXd singular_values;  ///< k, descending
    DenseMatrix v;                    ///< right singular vectors, n x k
    SvdCertificate certificate;
    SvdSolver solver = SvdSolver::automatic;  ///< the one that found the subspace
    std::int64_t gram_products = 0;           ///< columns that were multiplied by A A' or A'A
    std::string note;                         ///< what was done otherwise than asked, and why; empty if nothing

    std::int64_t rank() const { return singular_values.size(); }
};

/// The k largest singular triplets of A.
///
/// The subspace comes from `options.solver` on A A' or A'A, whichever is smaller; one Rayleigh-Ritz step on A itself
/// then gives the triplets, and the certificate is measured on A in float64. A solver that fails, throws, or does not
/// reach the tolerance is followed by block_krylov in float64, and `note` says so; where the bound on products ends
/// the search, `converged` is false. A matrix too small for a Krylov space is solved by `dense`. Same A, options and
/// seed: same bytes, whatever the number of threads.
///
/// Memory: `svd_memory`. Throws UsageError if an option is out of range or A has no entry but zeros, MemoryError if the
/// budget holds not even the smallest basis.
[[nodiscard]] TruncatedSvd truncated_svd(const LinearOperator& a, const SvdOptions& options = {},
                                         const Progress& progress = {});

/// The same for a sparse matrix, transposed here.
[[nodiscard]] TruncatedSvd truncated_svd(const CsrView& a, const SvdOptions& options = {},
                                         const Progress& progress = {});

/// Bytes that truncated_svd holds at most for an m x n operator, without the operator: what `options.memory` allows, if
/// that is less than what it would use, and never less than what it needs.
std::uint64_t svd_memory(std::int64_t rows, std::int64_t cols, const SvdOptions& options);

/// min over rank(B) <= r of ||A - B||^2 for r = 0..k: ||A||^2 minus the first r squared singular values (Eckart and
/// Young, "The approximation of one matrix by another of lower rank", 1936). One run gives all of them.
Eigen::VectorXd eckart_young_errors(const TruncatedSvd& svd);

/// A rank and the sentence that says why.
struct RankChoice {
    std::int64_t rank = 0;
    std::string reason;
};

/// Smallest rank whose triplets keep `energy` (in (0, 1]) of ||A||^2, or all of them if they do not reach it.
RankChoice rank_for_energy(const TruncatedSvd& svd, double energy);

/// Rank by the profile likelihood of the spectrum (Zhu and Ghodsi, "Automatic dimensionality selection from the scree
/// plot via the use of profile likelihood", 2006): the split into two normal groups of one variance that is most
/// likely.
RankChoice rank_by_profile(const TruncatedSvd& svd);

/// The first `rank` triplets; the certificate is theirs.
TruncatedSvd leading_triplets(const TruncatedSvd& svd, std::int64_t rank);

}  // namespace eckart
