#include "engine/cluster/kmeans_input.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/support/error.h"

namespace eckart {
namespace {

void check_shape(std::int64_t rows, std::int64_t cols) {
    if (rows == 0 || cols == 0) throw UsageError("k-means needs a matrix that is not empty");
    if (rows >= std::int64_t{1} << 31) throw UsageError("k-means takes fewer than 2^31 rows");
}

}  // namespace

void check_matrix(ConstPanelRef<float> x) {
    check_shape(x.rows(), x.cols());
}

void check_matrix(const CsrView& x) {
    check_shape(x.rows, x.cols);
    validate(x);
}

void check_weights(std::span<const float> weights, std::int64_t rows) {
    if (weights.empty()) return;
    if (static_cast<std::int64_t>(weights.size()) != rows) {
        throw UsageError(std::to_string(weights.size()) + " weights for " + std::to_string(rows) + " rows");
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] >= 0 && std::isfinite(weights[i])) continue;
        throw UsageError("the weight of row " + std::to_string(i) + " is negative or not finite");
    }
}

void check_counts(std::span<const float> weights, std::int64_t rows, std::int64_t clusters) {
    const std::int64_t counted =
        weights.empty() ? rows : std::count_if(weights.begin(), weights.end(), [](float w) { return w > 0; });
    if (counted == 0) throw UsageError("k-means needs a row of positive weight (under cosine, one that is not zero)");
    if (clusters > counted) {
        throw UsageError("k-means cannot make " + std::to_string(clusters) + " clusters of " + std::to_string(counted) +
                         " rows");
    }
}

void check_centroids(ConstPanelRef<float> centroids, std::int64_t cols) {
    if (centroids.rows() == 0) throw UsageError("k-means needs at least one centroid");
    if (centroids.cols() != cols) {
        throw UsageError("centroids of " + std::to_string(centroids.cols()) + " columns for rows of " +
                         std::to_string(cols));
    }
    if (!centroids.allFinite() || (cols > 0 && centroids.cwiseAbs().maxCoeff() > 0x1p60F)) {
        throw UsageError("a centroid has an entry that is not finite, or too large to be squared");
    }
}

}  // namespace eckart
