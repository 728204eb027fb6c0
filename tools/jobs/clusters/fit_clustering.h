#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/cluster/cluster_stability.h"
#include "engine/cluster/kmeans.h"
#include "tools/jobs/clusters/clustering.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {

/// How points are clustered; what is not set follows from what the points are.
struct ClusterFitOptions {
    std::optional<std::int64_t> clusters = {};  ///< unset: the most stable number, see cluster_stability.h
    std::optional<std::int64_t> rank = {};      ///< leading dimensions; unset: at most 150 of an index, all of others
    std::optional<bool> spherical = {};         ///< by direction; unset: yes, but not for rows of a file
    bool centered = false;                      ///< about the mean of the rows, see ClusterSpace
    std::optional<std::int64_t> starts = {};    ///< unset: 8, or 1 if one takes long
    std::int64_t iterations = 300;              ///< at most, of each start
    double tolerance = 1e-4;                    ///< see KmeansOptions
    KmeansStart start = KmeansStart::plus_plus;
    KmeansMethod method = KmeansMethod::automatic;
    std::optional<std::int64_t> minibatch = {};  ///< rows a batch of a single pass; unset: iterations over all rows
    std::int64_t representatives = 5;            ///< rows a cluster
};

/// A number of clusters that makes a readable picture.
std::int64_t usual_clusters(std::int64_t points);

/// The number of starts if none is given.
std::int64_t usual_starts(std::int64_t rows, std::int64_t dimensions, std::int64_t clusters);

/// The number of leading dimensions that points are clustered in.
std::int64_t clustered_dimensions(const Points& points, const ClusterFitOptions& options);

/// Bytes that `fit_clustering` into a given number of clusters holds at most beside the points.
std::uint64_t clustering_memory(const Points& points, const ClusterFitOptions& options);

/// A clustering and how it came about.
struct FittedClustering {
    Clustering clustering;                ///< its clusters have no labels yet, see label_clusters
    ClusterRows rows;                     ///< the points in its space
    std::vector<ClusterStability> tried;  ///< what the number of clusters was chosen from; empty if it was given
    KmeansOptions options;                ///< what k-means was given
    std::optional<std::int64_t> minibatch;
    Kmeans kmeans;  ///< figures of k-means; its centroids, labels and distances are empty, as the clustering has them
    /// Spherical: the mean cosine of a row and its centroid. Else: the share of the variance that the centroids
    /// explain, 1 - inertia / ||X - 1 mean'||^2.
    double closeness = 0;
    Notes notes;  ///< rows without a direction, fewer clusters than asked for, columns far from zero
};

/// Clusters the points by k-means. Throws UsageError if an option does not go with the points, InputError if no row has
/// a direction where rows are clustered by direction, MemoryError past the bound.
FittedClustering fit_clustering(const Points& points, const ClusterFitOptions& options, const Work& work);

}  // namespace eckart::jobs
