#pragma once

#include "tools/jobs/clusters/clustering.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {

/// Words of a cluster's label, at most.
inline constexpr std::int64_t label_words = 5;

/// Gives each cluster its label:
///
/// - of documents: the terms whose share of documents is higher inside the cluster than outside by the greatest
///   log-likelihood ratio (engine/metrics/distinction.h), as documents of the cluster spell them;
/// - of items: their categories by the same score, or without categories the most rated members;
/// - of users: the titles of the items that they rated, or liked, by the same score;
/// - of terms and the rows of a file: the members nearest to the centroid.
///
/// Opens the store that the points came from again.
void label_clusters(Clustering& clustering, const Points& points);

/// Bytes that this reads and holds at most beside the points.
std::uint64_t label_memory(const Points& points);

}  // namespace eckart::jobs
