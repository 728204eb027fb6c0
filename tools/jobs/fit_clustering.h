#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/cluster/cluster_stability.h"
#include "engine/cluster/kmeans.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/clustering.h"
#include "tools/jobs/points.h"

namespace eckart::tools {

/// How a source is clustered; what is not given follows from what its rows are.
struct FitOptions {
    std::optional<std::int64_t> clusters;  ///< nothing: the most stable number
    std::optional<std::int64_t> rank;      ///< leading dimensions; nothing: 150 at most of an index, all of the rest
    std::optional<bool> spherical;         ///< by direction; nothing: all but the rows of a file are
    bool centred = false;                  ///< about the mean of the rows, see ClusterSpace
    std::optional<std::int64_t> starts;    ///< nothing: 8, or 1 where one is long
    std::int64_t iterations = 300;
    double tolerance = 1e-4;
    KmeansStart start = KmeansStart::plus_plus;
    KmeansMethod method = KmeansMethod::automatic;
    std::optional<std::int64_t> minibatch;  ///< rows a batch of a single pass; nothing: iterations over all rows
    std::int64_t representatives = 5;       ///< rows a cluster
};

/// "auto", which is nothing: the most stable number; or a number from 1 up. Throws UsageError, naming the option, on
/// anything else.
std::optional<std::int64_t> parse_cluster_count(const std::string& text, std::string_view option);

/// How many clusters make a picture readable.
std::int64_t usual_clusters(std::int64_t points);

/// Of how many starts the best is kept where nobody says it.
std::int64_t usual_starts(std::int64_t rows, std::int64_t dimensions, std::int64_t clusters);

/// The leading dimensions that rows are clustered in.
std::int64_t clustered_dimensions(const Points& points, const FitOptions& options);

/// Bytes that `fit_clustering` into a given number of clusters holds at most beside the points.
std::uint64_t clustering_memory(const Points& points, const FitOptions& options);

/// A clustering and how it came about.
struct FittedClustering {
    Clustering clustering;                ///< without labels
    ClusterRows rows;                     ///< the rows in its space
    std::vector<ClusterStability> tried;  ///< what the number of clusters was chosen from; empty if it was given
    std::int64_t starts = 0;
    /// Spherical: the mean cosine of a row and its centroid. Else: the share of the variance that the centroids
    /// explain, 1 - inertia / ||X - 1 mean'||^2.
    double closeness = 0;
    nlohmann::ordered_json record;  ///< options and figures, for the manifest
};

/// Clusters `points`. What a person should know of it (rows without a direction, clusters that came out empty) is
/// noted. Throws UsageError where the options ask for what the points have not, MemoryError past --memory.
FittedClustering fit_clustering(const Points& points, const FitOptions& options, Session& session);

}  // namespace eckart::tools
