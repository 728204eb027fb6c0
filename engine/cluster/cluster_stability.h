#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/cluster/kmeans.h"
#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/progress.h"

namespace eckart {

struct StabilityOptions {
    std::int64_t splits = 4;               ///< in two halves, at random
    std::int64_t most_rows = 10'000;       ///< of more rows so many are drawn, and only they are looked at
    KmeansOptions kmeans = {.starts = 3};  ///< of each half; `clusters` is not read
};

/// How well a number of clusters is borne out by the data.
struct ClusterStability {
    std::int64_t clusters = 0;  ///< k
    double stability = 0;       ///< mean agreement of the halves, at most 1; what chance gives is 0
    double spread = 0;          ///< standard deviation over the splits
};

/// For each k of `counts`: the rows are split in two halves, k-means learns centroids from each, both sets of centroids
/// label the rows of both halves, and the adjusted Rand index says how far the two labelings agree. A k that the data
/// have gives the same clusters from any half; one that they have not cuts them elsewhere each time (Ben-Hur, Elisseeff
/// and Guyon, "A stability based method for discovering structure in clustered data", PSB 2002; Lange, Roth, Braun and
/// Buhmann, "Stability-based validation of clustering solutions", Neural Computation 16(6), 2004). Unlike the inertia,
/// and in high dimensions the silhouette, it does not grow with k of itself.
///
/// Spherical options leave out rows of zeros. Costs 2 splits runs of k-means on half of the rows for each k. The same
/// bytes for any number of threads. Throws UsageError if a count is below 2 or a half has fewer rows than that, and as
/// kmeans.
std::vector<ClusterStability> cluster_stability(ConstPanelRef<float> x, std::span<const std::int64_t> counts,
                                                const StabilityOptions& options = {}, const Progress& progress = {});
std::vector<ClusterStability> cluster_stability(const CsrView& x, std::span<const std::int64_t> counts,
                                                const StabilityOptions& options = {}, const Progress& progress = {});

/// The entry of the highest stability, the lowest count of several. Throws UsageError if there is none.
const ClusterStability& most_stable(std::span<const ClusterStability> table);

}  // namespace eckart
