#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/cluster/kmeans.h"
#include "engine/matrix/dense.h"
#include "tools/jobs/clusters/cluster_rows.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {

/// Which cluster each row belongs to. A row without a direction is put into cluster 0, the largest, at a distance of 1.
struct Placement {
    std::vector<std::int32_t> labels;         ///< n
    std::vector<float> distances;             ///< n, to the centroid, in the space of the clustering
    std::vector<std::uint8_t> directionless;  ///< n, 1 for a row that has no direction

    std::int64_t directionless_rows() const;
    /// The labels, -1 for rows without a direction; n.
    std::vector<std::int32_t> directed_labels() const;
};

/// What people are told about a cluster.
struct ClusterDescription {
    std::int64_t size = 0;
    std::string label;                          ///< what distinguishes its members, in a few words
    std::vector<std::int64_t> representatives;  ///< rows nearest to the centroid, of copies the first alone
};

/// A clustering by k-means. Clusters are numbered by falling size, equal sizes by their first row; none is empty.
struct Clustering {
    PointKind kind = PointKind::rows;
    std::string source;       ///< path of what was clustered, absolute
    std::string fingerprint;  ///< Points::space
    std::int64_t width = 0;   ///< of its rows
    ClusterSpace space;
    DenseMatrix centroids;  ///< clusters x dimensions, in the space
    Placement placement;
    std::vector<ClusterDescription> clusters;

    std::int64_t size() const { return centroids.rows(); }
};

/// The clustering that k-means found for `rows`, which are the points in `space`; with `representatives` rows a
/// cluster, without labels.
Clustering clustering_of(const Points& points, const ClusterSpace& space, const ClusterRows& rows, const Kmeans& found,
                         std::int64_t representatives);

/// The nearest cluster for each row; rows are in the space of the clustering.
Placement place_rows(const Clustering& clustering, const ClusterRows& rows);

/// A note that some rows have no direction and so are in cluster 0; empty if `count` is 0.
Notes note_of_directionless(std::int64_t count, const Points& points);

}  // namespace eckart::jobs
