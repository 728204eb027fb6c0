#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/cluster/kmeans_assignment.h"
#include "engine/cluster/kmeans_rows.h"

namespace eckart {

/// Sums of the rows of each cluster, in float64, brought up to date by what moved: the update step of k-means.
///
/// A sum is made anew, of its rows in their order, once half as many rows have come or gone as the cluster holds, so
/// that what roundoff leaves of rows long gone stays below that of the sum itself. Sums follow from the labels of all
/// iterations alone, and are the same bytes for any number of threads.
class CentroidSums {
  public:
    /// Of k clusters. Borrows rows and weights (none: all 1).
    CentroidSums(const KmeansRows& rows, std::span<const float> weights, std::int64_t k);

    void update(std::span<const Move> moves, std::span<const std::int32_t> labels);

    /// sum_i w_i |x_i - c_label(i)|^2 for the labels of the last update, as sum_i w_i |x_i - m|^2 - sum_j (2 (c_j - m)
    /// . s_j - W_j |c_j - m|^2), m the rows' origin.
    double objective(const Centroids& centroids) const;

    /// Means of the rows of each cluster, of length 1 if `spherical`; clusters without a mean or a direction keep what
    /// `before` has.
    DenseMatrix centroids(const DenseMatrix& before, bool spherical) const;

    /// W_j, and the mean of the rows of cluster j, which must have one of positive weight.
    double cluster_weight(std::int64_t j) const { return cluster_weights_[j]; }
    Eigen::RowVectorXd mean(std::int64_t j) const;

    /// Rows of positive weight in each cluster.
    const std::vector<std::int64_t>& sizes() const { return sizes_; }
    double weight(std::int64_t row) const { return weights_.empty() ? 1.0 : static_cast<double>(weights_[row]); }

  private:
    /// A row that is added to a sum, or taken from it.
    struct Change {
        std::int32_t row;
        std::int32_t sign;
    };

    void count(std::span<const Move> moves);
    std::vector<char> begin_anew();
    void apply(const std::vector<std::vector<Change>>& changes);

    const KmeansRows& rows_;
    std::span<const float> weights_;
    double total_ = 0;                     ///< sum_i w_i |x_i - m|^2
    DenseMatrixF64 sums_;                  ///< s_j, of w_i (x_i - m), k x d
    std::vector<double> cluster_weights_;  ///< W_j
    std::vector<std::int64_t> sizes_;
    std::vector<std::int64_t> moved_;  ///< rows that came or went since the sum was made
};

/// Gives each empty cluster, in order, the row that is farthest from its own centroid (weight times squared distance;
/// the first of several) in a cluster of more than one row. Returns the moves, and makes them in `labels`; there are
/// fewer than empty clusters if no more rows are apart from their centroids.
std::vector<Move> repair_empty_clusters(const KmeansRows& rows, const Centroids& centroids, const CentroidSums& sums,
                                        std::span<std::int32_t> labels);

}  // namespace eckart
