#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/cluster/kmeans.h"
#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/progress.h"

namespace eckart {

class CentroidSums;

struct MiniBatchOptions {
    std::int64_t clusters = 8;  ///< k >= 1
    std::uint64_t seed = 1;     ///< of the start
    /// A centroid whose rows weigh less than this fraction of those of the heaviest is moved to a row that is far from
    /// its own, each time that 10 k rows have come. 0: never.
    double revival = 0.01;
};

/// k-means of a stream: centroids that follow what comes, batch by batch, in O(k d) memory beside the batch.
///
/// Each row of a batch goes to the nearest centroid as it was before the batch, and each centroid is the mean of all
/// rows that it was ever given (Sculley, "Web-scale k-means clustering", WWW 2010: a step of 1 / count a row; the steps
/// of one batch are taken together). A first pass over data in random order comes close to what `kmeans` finds; no
/// objective falls for sure. The same batches and seed give the same bytes for any number of threads.
///
/// Invariant: once a batch has come, there are k finite centroids, and each has the weight of the rows that it is the
/// mean of.
class MiniBatchKmeans {
  public:
    /// Throws UsageError if an option is out of range.
    explicit MiniBatchKmeans(const MiniBatchOptions& options);

    /// Takes a batch (rows x d) with its weights (none: all 1). The first, from which centroids are drawn as by
    /// KmeansStart::plus_plus, needs at least k rows of positive weight. Throws UsageError if it has fewer, if a batch
    /// has another width than the first, or as `kmeans` does; then nothing has changed.
    void update(ConstPanelRef<float> batch, std::span<const float> weights = {});
    void update(const CsrView& batch, std::span<const float> weights = {});

    /// W, k x d; empty before the first batch.
    const DenseMatrix& centroids() const { return centroids_; }
    /// Weight of the rows of each centroid, k.
    const std::vector<double>& cluster_weights() const { return cluster_weights_; }
    /// Inertia of the last batch, to the centroids as they were before it: what the stream cost, row by row.
    double batch_inertia() const { return batch_inertia_; }
    std::int64_t rows_seen() const { return rows_seen_; }

  private:
    template <class Rows, class Matrix>
    void take(const Matrix& batch, std::span<const float> weights);
    void add(const CentroidSums& batch);
    void revive(const DenseMatrix& rows);

    MiniBatchOptions options_;
    DenseMatrixF64 means_;  ///< W before it was rounded: a step of 1 in 2^24 rows is lost in float32
    DenseMatrix centroids_;
    std::vector<double> cluster_weights_;
    double batch_inertia_ = 0;
    std::int64_t rows_seen_ = 0;
    std::int64_t rows_at_revival_ = 0;
};

struct MiniBatchPassOptions {
    std::int64_t clusters = 8;         ///< k >= 1
    std::int64_t batch_rows = 10'000;  ///< of each batch; at least k
    bool spherical = false;            ///< the rows have length 1 and the centroids get it; rows of zeros are left out
    std::uint64_t seed = 1;            ///< of the order of the rows and of the start
};

/// k-means of x (n x d) by a single pass of MiniBatchKmeans over its rows in random order; afterwards each row goes to
/// the nearest centroid. The inertia is without the rows that are left out. Throws UsageError if `batch_rows` is below
/// `clusters`, and as MiniBatchKmeans does.
[[nodiscard]] Kmeans minibatch_kmeans(ConstPanelRef<float> x, const MiniBatchPassOptions& options,
                                      const Progress& progress = {});

}  // namespace eckart
