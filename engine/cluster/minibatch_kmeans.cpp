#include "engine/cluster/minibatch_kmeans.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "engine/cluster/cluster_space.h"
#include "engine/cluster/kmeans_assignment.h"
#include "engine/cluster/kmeans_input.h"
#include "engine/cluster/kmeans_rows.h"
#include "engine/cluster/kmeans_start.h"
#include "engine/cluster/kmeans_update.h"
#include "engine/matrix/unit_rows.h"
#include "engine/support/error.h"
#include "engine/support/random.h"

// Notation: w_c a centroid, v_c the weight of all rows that it was given, x_i and a_i those that a batch gives it:
//   v_c += sum a_i,   w_c += sum a_i (x_i - w_c) / v_c,   so that w_c stays their mean

namespace eckart {
namespace {

constexpr std::int64_t rows_between_revivals = 10;  ///< times the number of clusters
constexpr std::uint64_t shuffle_stream = 0xba7c;    ///< of random numbers

/// Rows at a distance from their centroids, the farthest (by weight times squared distance) first; `most` at most.
std::vector<std::int64_t> far_rows(const std::vector<double>& distances, const CentroidSums& sums, std::size_t most) {
    std::vector<std::int64_t> order;
    for (std::size_t i = 0; i < distances.size(); ++i) {
        const auto row = static_cast<std::int64_t>(i);
        if (sums.weight(row) * distances[i] > 0) order.push_back(row);
    }
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
        return sums.weight(a) * distances[a] > sums.weight(b) * distances[b];
    });
    order.resize(std::min(order.size(), most));
    return order;
}

/// The rows in random order, without those of zeros if `spherical`.
std::vector<std::int64_t> shuffled_rows(ConstPanelRef<float> x, const MiniBatchPassOptions& options) {
    const std::vector<std::uint8_t> zero = zero_rows(x);
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < x.rows(); ++row) {
        if (!options.spherical || zero[row] == 0) rows.push_back(row);
    }
    const Philox random(options.seed, shuffle_stream);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::swap(rows[i], rows[i + static_cast<std::size_t>(random.below(i, rows.size() - i))]);
    }
    return rows;
}

}  // namespace

MiniBatchKmeans::MiniBatchKmeans(const MiniBatchOptions& options) : options_(options) {
    if (options.clusters < 1) throw UsageError("k-means needs at least one cluster");
    if (!(options.revival >= 0 && options.revival < 1)) {
        throw UsageError("the fraction below which centroids are revived must be at least 0 and below 1");
    }
}

template <class Rows, class Matrix>
void MiniBatchKmeans::take(const Matrix& batch, std::span<const float> weights) {
    check_matrix(batch);
    const Rows rows(batch);
    check_weights(weights, rows.rows());
    const std::int64_t k = options_.clusters;
    CentroidSums sums(rows, weights, k);
    if (means_.rows() == 0) {
        check_counts(weights, rows.rows(), k);
        means_ = plus_plus_start(rows, sums, k, options_.seed, 0, {}).template cast<double>();
        cluster_weights_.assign(k, 0);
    } else if (rows.cols() != means_.cols()) {
        throw UsageError("a batch of " + std::to_string(rows.cols()) + " columns after one of " +
                         std::to_string(means_.cols()));
    }
    const CentroidLayout layout = plain_layout(rows.origin(), rows.sparse(), k);
    const Centroids before(means_.cast<float>(), layout);
    std::vector<std::int32_t> labels(rows.rows(), -1);
    sums.update(LloydStep(rows).assign(before, {}, labels), labels);
    const std::vector<double> distances = squared_distances(rows, before, labels);
    batch_inertia_ = 0;
    for (std::size_t i = 0; i < distances.size(); ++i) {
        batch_inertia_ += sums.weight(static_cast<std::int64_t>(i)) * distances[i];
    }
    add(sums);
    rows_seen_ += rows.rows();
    if (options_.revival > 0 && rows_seen_ - rows_at_revival_ >= rows_between_revivals * k) {
        rows_at_revival_ = rows_seen_;
        revive(rows.copies(far_rows(distances, sums, static_cast<std::size_t>(k))));
    }
    centroids_ = means_.cast<float>();
}

/// Moves each mean toward that of its rows in the batch, by the share of their weight.
void MiniBatchKmeans::add(const CentroidSums& batch) {
    for (std::int64_t j = 0; j < options_.clusters; ++j) {
        const double weight = batch.cluster_weight(j);
        if (!(weight > 0)) continue;
        cluster_weights_[j] += weight;
        means_.row(j) += (batch.mean(j) - means_.row(j)) * (weight / cluster_weights_[j]);
    }
}

void MiniBatchKmeans::revive(const DenseMatrix& rows) {
    const double heaviest = *std::max_element(cluster_weights_.begin(), cluster_weights_.end());
    const auto light = [&](double weight) { return weight < options_.revival * heaviest; };
    double least = heaviest;  // of those that stay
    for (const double weight : cluster_weights_) least = light(weight) ? least : std::min(least, weight);
    Eigen::Index next = 0;
    for (std::size_t j = 0; j < cluster_weights_.size() && next < rows.rows(); ++j) {
        if (!light(cluster_weights_[j])) continue;
        means_.row(static_cast<Eigen::Index>(j)) = rows.row(next++).cast<double>();
        cluster_weights_[j] = least;
    }
}

void MiniBatchKmeans::update(ConstPanelRef<float> batch, std::span<const float> weights) {
    take<DenseRows>(batch, weights);
}

void MiniBatchKmeans::update(const CsrView& batch, std::span<const float> weights) {
    take<SparseRows>(batch, weights);
}

Kmeans minibatch_kmeans(ConstPanelRef<float> x, const MiniBatchPassOptions& options, const Progress& progress) {
    if (options.batch_rows < options.clusters) {
        throw UsageError("a batch of " + std::to_string(options.batch_rows) + " rows is too small for " +
                         std::to_string(options.clusters) + " clusters; it needs a row for each");
    }
    const std::vector<std::int64_t> order = shuffled_rows(x, options);
    const auto count = static_cast<std::int64_t>(order.size());
    MiniBatchKmeans stream({.clusters = options.clusters, .seed = options.seed});
    for (std::int64_t begin = 0; begin < count; begin += options.batch_rows) {
        progress.report("clustering batches", static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(count));
        DenseMatrix batch(std::min(options.batch_rows, count - begin), x.cols());
        for (Eigen::Index i = 0; i < batch.rows(); ++i) {
            batch.row(i) = x.row(order[begin + i]);
        }
        stream.update(batch);
    }
    Kmeans found;
    found.centroids = stream.centroids();
    if (options.spherical) scale_to_unit(found.centroids);
    Assignment nearest = assign_to_centroids(x, found.centroids);
    found.labels = std::move(nearest.labels);
    found.squared_distances = std::move(nearest.squared_distances);
    found.inertia = nearest.inertia - static_cast<double>(x.rows() - count);  // rows of zeros are at a distance of 1
    found.sizes.assign(options.clusters, 0);
    for (const std::int32_t label : found.labels) ++found.sizes[label];
    found.iterations = 1;
    return found;
}

}  // namespace eckart
