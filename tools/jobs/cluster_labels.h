#pragma once

#include "tools/jobs/clustering.h"
#include "tools/jobs/points.h"

namespace eckart::tools {

/// Words of a cluster's label, at most.
inline constexpr std::int64_t label_words = 5;

/// Gives each cluster its label:
///
/// - of documents, the terms whose share of documents is higher in the cluster than outside of it by the greatest
///   log-likelihood ratio (engine/metrics/distinction.h), as the documents nearest to the centroid spell them;
/// - of items, their categories by the same score, and where they have none the most rated of the members;
/// - of users, the titles of the items that they rated, or liked, by the same score;
/// - of terms, and of the rows of a file, the members nearest to the centroid.
///
/// Reads the store that the points came from once more.
void label_clusters(Clustering& clustering, const Points& points);

/// Bytes that this reads and holds at most beside the points.
std::uint64_t label_memory(const Points& points);

}  // namespace eckart::tools
