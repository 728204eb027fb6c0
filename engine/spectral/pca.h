#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

/// How the components are found.
enum class PcaSolver {
    automatic,     ///< covariance for dense data that is not too wide, truncated_svd otherwise
    covariance,    ///< leading eigenvectors of the covariance matrix; exact, memory 40 n^2 bytes; dense data only
    truncated_svd  ///< right singular vectors of the centered operator; sparse data is never made dense
};

/// "automatic", "covariance", "truncated-svd"; "auto" is read as automatic.
std::string_view name(PcaSolver solver);
/// Throws UsageError on any other word.
PcaSolver parse_pca_solver(std::string_view name);

struct PcaOptions {
    std::int64_t components = 2;  ///< k >= 1; directions without variance are left out, see Pca
    bool whiten = false;          ///< scores have variance 1: each is divided by the square root of its variance
    PcaSolver solver = PcaSolver::automatic;
    /// Bound on the residuals of truncated_svd, relative to the largest singular value; the covariance is solved to
    /// roundoff. 1e-5 is the last that float32 reaches, 1e-6 takes a step of float64 more.
    double tolerance = 1e-5;
    std::uint64_t seed = 1;    ///< of truncated_svd's start block
    MemoryBudget memory = {};  ///< of what is allocated here, without the input
};

/// How far the components are from exact, in terms of the covariance C = (X - 1 mu')'(X - 1 mu') / (m - 1).
struct PcaCertificate {
    double max_residual = 0;        ///< max_i |C w_i - l_i w_i| / l_1; by truncated_svd a bound on it
    double orthogonality_loss = 0;  ///< max |W'W - I|
    bool converged = true;          ///< the solver reached its tolerance
};

/// The affine plane of dimension k that is nearest to the rows of X (m x n): plain data, complete once returned.
///
/// Variances descend; in each column of W the entry of largest magnitude (the first, if several are equal) is positive.
/// k is the number of components asked for, or less: what has less than 1e-14 of the largest variance is not told from
/// none. Rows that are all equal have no components.
struct Pca {
    Eigen::VectorXd mean;       ///< mu, n
    DenseMatrix components;     ///< W, n x k, orthonormal columns
    Eigen::VectorXd variances;  ///< l, k: explained variances, of the scores over m - 1 rows
    double total_variance = 0;  ///< of all columns together: trace C
    double squared_norm = 0;    ///< ||X||^2, not centered
    /// Share of ||X||^2 that mean and components hold: 1 - ||X - X^||^2 / ||X||^2 for the rows X^ of the plane, in
    /// [0, 1]. Not centered, and so never less than the share of variance; 0 for a matrix of zeros.
    double energy = 0;
    std::int64_t rows = 0;  ///< m
    bool whitened = false;
    PcaSolver solver = PcaSolver::automatic;  ///< the one that found the components
    std::string note;                         ///< what was done otherwise than asked, and why; empty if nothing
    PcaCertificate certificate;

    std::int64_t rank() const { return variances.size(); }
    /// l / total variance; what remains to 1 is lost.
    Eigen::VectorXd variance_ratios() const { return variances / (total_variance > 0 ? total_variance : 1); }
    /// Singular values of the centered matrix: s_i^2 = (m - 1) l_i.
    Eigen::VectorXd singular_values() const { return (static_cast<double>(rows - 1) * variances).cwiseSqrt(); }
    /// The least squared error that a plane of dimension k can leave: (m - 1) (total variance - sum l).
    double squared_error() const;
};

/// Principal components: the tied linear autoencoder with orthogonality,
///
///     min over mu and W with W'W = I of ||(X - 1 mu') - (X - 1 mu') W W'||^2,
///
/// whose W also has the greatest variance of scores (Pearson, "On lines and planes of closest fit to systems of points
/// in space", 1901; Hotelling, "Analysis of a complex of statistical variables into principal components", 1933).
///
/// Dense X up to 1024 columns, or 16 k, up to 4096, where the budget has room: eigenvectors of the covariance, which is
/// summed in float64 from differences to the mean, in m n^2 operations. Otherwise, and for sparse X always: the
/// truncated SVD of the operator X - 1 mu'. Same bytes for any number of threads.
///
/// Throws UsageError if an option is out of range, X has no rows or columns, a value is not finite, or covariance is
/// asked for sparse data; MemoryError if the budget holds not even the smaller way.
[[nodiscard]] Pca pca(ConstPanelRef<float> x, const PcaOptions& options = {}, const Progress& progress = {});
[[nodiscard]] Pca pca(const CsrView& x, const PcaOptions& options = {}, const Progress& progress = {});

/// Bytes that pca holds at most for dense m x n data, without the data; at most `options.memory` where that is enough.
std::uint64_t pca_memory(std::int64_t rows, std::int64_t cols, const PcaOptions& options);
/// The same for sparse data; counts its transpose.
std::uint64_t pca_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, const PcaOptions& options);

/// Scores Z = (X - 1 mu') W, rows x k; whitened if `pca` is. Those of a sparse row are the same bytes alone or among
/// others, those of a dense one the same to roundoff. Throws UsageError if the columns are not those of `pca` or a
/// value is not finite.
DenseMatrix project(const Pca& pca, ConstPanelRef<float> x);
DenseMatrix project(const Pca& pca, const CsrView& x);

/// X^ = 1 mu' + Z W', scores x n, with whitening undone. Throws UsageError if the scores are not of k columns.
DenseMatrix reconstruct(const Pca& pca, ConstPanelRef<float> scores);

}  // namespace eckart
