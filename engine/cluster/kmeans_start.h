#pragma once

#include <cstdint>

#include "engine/cluster/kmeans.h"
#include "engine/cluster/kmeans_rows.h"
#include "engine/cluster/kmeans_update.h"

namespace eckart {

/// k rows drawn one after the other, each with a probability of weight times squared distance to the nearest drawn
/// before; of 2 + ln k draws (16 at most), the one that leaves the least sum of these (k-means++: Arthur and
/// Vassilvitskii, SODA 2007; the trials, as their section 7 proposes, as many as scikit-learn has). Rows equal to one
/// drawn before are taken only when no others are left. `sums` knows the weights.
DenseMatrix plus_plus_start(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, std::uint64_t seed,
                            std::uint64_t stream, const Progress& progress);

/// k different rows of positive weight, drawn alike.
DenseMatrix random_start(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, std::uint64_t seed,
                         std::uint64_t stream);

/// Means of k clusters, made by splitting the one of the largest inertia in two, from one on (Steinbach, Karypis and
/// Kumar, "A comparison of document clustering techniques", KDD workshop on text mining, 2000, split the largest).
/// Costs O(n d log k) where the clusters are alike in size, against O(n d k log k) of plus_plus_start.
DenseMatrix bisecting_start(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, std::uint64_t seed,
                            std::uint64_t stream, const Progress& progress);

}  // namespace eckart
