#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

/// Where the centroids begin.
enum class KmeansStart {
    plus_plus,  ///< rows drawn by their squared distance to those drawn before; the best of 2 + ln k draws each time
    random,     ///< rows drawn alike
    bisecting   ///< the cluster of the largest inertia is split in two, until there are k
};

/// How the assignment step is computed. All give the same labels in every iteration.
///
/// Elkan's bounds, one a row and centroid, are not among them: reading n k bounds an iteration takes as long as half of
/// the products that they are to spare, at the rate at which these run here.
enum class KmeansMethod {
    automatic,  ///< lloyd for few clusters, few rows or sparse rows, else hamerly or yinyang by clusters and memory
    lloyd,      ///< every row against every centroid
    hamerly,    ///< one lower bound a row
    yinyang     ///< one lower bound a row and group of centroids
};

/// "plus-plus", "random", "bisecting".
std::string_view name(KmeansStart start);
/// Throws UsageError on any other word.
KmeansStart parse_kmeans_start(std::string_view name);
/// "automatic", "lloyd", "hamerly", "yinyang"; "auto" is read as automatic.
std::string_view name(KmeansMethod method);
/// Throws UsageError on any other word.
KmeansMethod parse_kmeans_method(std::string_view name);

struct KmeansOptions {
    std::int64_t clusters = 8;      ///< k, from 1 to the number of rows (of positive weight)
    std::int64_t iterations = 300;  ///< bound on the iterations of each start, >= 1
    /// A start has converged when no label changes, or when the squared shifts of all centroids sum to this fraction
    /// of the mean of the columns' variances or less, as scikit-learn has it. At 0 only the labels count.
    double tolerance = 1e-4;
    std::int64_t starts = 1;  ///< of which the one with the least inertia is kept
    KmeansStart start = KmeansStart::plus_plus;
    KmeansMethod method = KmeansMethod::automatic;
    bool spherical = false;    ///< rows and centroids of length 1, which is k-means by cosine
    std::uint64_t seed = 1;    ///< of the starts
    MemoryBudget memory = {};  ///< of what is allocated here; a method that needs more gives way to one that does not
};

/// Which centroid is nearest to each row, in X ~ Z W the one 1 in each row of Z.
struct Assignment {
    std::vector<std::int32_t> labels;      ///< n, the centroid of least distance, the lowest of several
    std::vector<float> squared_distances;  ///< n, to that centroid
    double inertia = 0;                    ///< sum of weight times squared distance
};

/// k-means as a factorization: X (n x d) ~ Z W, where each row of Z (n x k) has one 1, at its label, and W holds the
/// centroids. `inertia` is ||X - Z W||^2 (of weighted rows), which reconstruction.h computes for any labels.
struct Kmeans {
    DenseMatrix centroids;                 ///< W, k x d
    std::vector<std::int32_t> labels;      ///< n, the nearest centroid, the lowest of several
    std::vector<float> squared_distances;  ///< n, to that centroid
    std::vector<std::int64_t> sizes;       ///< k, rows of each label
    double inertia = 0;
    std::vector<double> objective;  ///< inertia after each assignment; never increases, but for roundoff
    int iterations = 0;             ///< of the start that was kept
    bool converged = false;
    std::int64_t repaired = 0;  ///< empty clusters that were given a row, in the start that was kept
    KmeansMethod method = KmeansMethod::automatic;  ///< the one that was used
};

/// Finds k centroids and a label a row so that
///
///     ||X - Z W||^2 = sum_i w_i ||x_i - c_label(i)||^2,   Z one-hot
///
/// is at a local minimum: in turn, each row goes to its nearest centroid, and each centroid to the mean of its rows
/// (Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 28(2), 1982). The last step is
/// an assignment, so that labels are the nearest of the centroids returned.
///
/// Distances are compared exactly: products in float32 leave out only centroids that roundoff cannot make the nearest,
/// and what is left is computed as a sum of squared differences in float64. So labels, iterations and centroids are the
/// same bytes for every method and number of threads.
///
/// A cluster that has lost its rows takes the row that is farthest from its own centroid, the first of several, from a
/// cluster of more than one (clusters in order); where all rows are at a distance of zero, it keeps its centroid and
/// stays empty.
///
/// `spherical` scales each row to length 1, and each centroid; the inertia is then 2 (1 - cosine), summed. A row of
/// zeros has no direction: it counts as a row of weight 0, and is labeled 0 at a squared distance of 1.
///
/// `weights`, if not empty, has one number >= 0 a row; a row of weight 0 gets a label and changes nothing else.
///
/// Costs O(n d k) an iteration for `lloyd`; memory `kmeans_memory`. Throws UsageError if an option is out of range,
/// the matrix is empty, an entry is not finite or so large that a square overflows, a weight is negative or not finite,
/// or there are fewer rows of positive weight than clusters; MemoryError if the budget is too small for `lloyd`.
[[nodiscard]] Kmeans kmeans(ConstPanelRef<float> x, const KmeansOptions& options = {},
                            std::span<const float> weights = {}, const Progress& progress = {});

/// The same for sparse rows; centroids are dense.
[[nodiscard]] Kmeans kmeans(const CsrView& x, const KmeansOptions& options = {}, std::span<const float> weights = {},
                            const Progress& progress = {});

/// The same from given centroids (k x d, which set k): `clusters`, `starts`, `start` and `seed` have no meaning here.
[[nodiscard]] Kmeans kmeans_from(ConstPanelRef<float> centroids, ConstPanelRef<float> x,
                                 const KmeansOptions& options = {}, std::span<const float> weights = {},
                                 const Progress& progress = {});
[[nodiscard]] Kmeans kmeans_from(ConstPanelRef<float> centroids, const CsrView& x, const KmeansOptions& options = {},
                                 std::span<const float> weights = {}, const Progress& progress = {});

/// The nearest of `centroids` (k x d) to each row of x (n x d), compared exactly as above. For spherical centroids
/// scale the rows to length 1 first. Throws UsageError if the shapes do not fit or an entry is not finite.
[[nodiscard]] Assignment assign_to_centroids(ConstPanelRef<float> x, ConstPanelRef<float> centroids);
[[nodiscard]] Assignment assign_to_centroids(const CsrView& x, ConstPanelRef<float> centroids);

/// Bytes that kmeans holds at most beside its input, for n rows of d columns with `nonzeros` stored (0: dense).
std::uint64_t kmeans_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, const KmeansOptions& options);

}  // namespace eckart
