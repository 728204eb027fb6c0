#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/cluster/kmeans.h"
#include "engine/matrix/dense.h"
#include "engine/storage/store.h"
#include "tools/jobs/cluster_space.h"
#include "tools/jobs/points.h"

namespace eckart::tools {

inline constexpr std::string_view clustering_kind = "clustering";

/// Which cluster each row belongs to. A row without a direction belongs, for want of a better one, to cluster 0, the
/// largest, at a distance of 1.
struct Placement {
    std::vector<std::int32_t> labels;         ///< n
    std::vector<float> distances;             ///< n, to the centroid, in the space of the clustering
    std::vector<std::uint8_t> directionless;  ///< n, 1 for a row that has no direction
};

/// What people are told of a cluster.
struct ClusterDescription {
    std::int64_t size = 0;
    std::string label;                          ///< what distinguishes its members, in a few words
    std::vector<std::int64_t> representatives;  ///< rows nearest to the centroid, the nearest first, ties by id
};

/// A clustering by k-means. Clusters are numbered by falling size, the one with the first row first of equal ones, and
/// none is empty.
struct Clustering {
    PointKind kind = PointKind::rows;
    std::string source;       ///< path of what was clustered, absolute
    std::string fingerprint;  ///< Points::space
    std::int64_t width = 0;   ///< of its rows
    ClusterSpace space;
    DenseMatrix centroids;  ///< clusters x dimensions
    Placement placement;
    std::vector<ClusterDescription> clusters;

    std::int64_t size() const { return centroids.rows(); }
};

/// Makes a clustering of what k-means found for `rows`, with sizes and `representatives` rows a cluster, without
/// labels.
Clustering clustering_of(const Points& points, const ClusterSpace& space, const ClusterRows& rows, const Kmeans& found,
                         std::int64_t representatives);

/// Where rows belong among the centroids of a clustering; they are in its space.
Placement place_rows(const Clustering& clustering, const ClusterRows& rows);

/// Makes the store at `path` hold the clustering, in place of what was there: centroids.npy (k x d), mean.npy (d, if
/// rows are centred), labels.npy and distances.npy (n), catalog.sqlite with the tables "point" (id, title) and
/// "cluster" (its number, its label, {"size", "representatives"}). `fields` are members of the manifest: options,
/// figures.
void save_clustering(const std::string& path, const Clustering& clustering, const Points& points,
                     const nlohmann::ordered_json& fields, const Progress& progress);

/// Opens what save_clustering wrote. Throws as StoreReader does, and DamagedError if the parts do not fit together.
Clustering open_clustering(const std::string& path);

}  // namespace eckart::tools
