#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "engine/metrics/clustering.h"
#include "tools/jobs/clusters/fit_clustering.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {

struct ClusterOptions {
    ClusterFitOptions fit = {};
    std::string classes = {};  ///< known classes to compare with: a source as for true_labels; empty: none
    bool silhouette = false;   ///< whether to find the mean silhouette
};

/// The mean silhouette of the rows that have a direction.
struct SilhouetteMeasure {
    double mean = 0;
    std::int64_t n = 0;                    ///< rows it is the mean of: all of them, or a sample if there are many
    std::optional<MeanInterval> interval;  ///< 95%, of a sample
};

struct ClusterResult {
    FittedClustering fitted;                      ///< with labels
    std::optional<LabelAgreement> agreement;      ///< with the known classes, if there are any
    std::optional<SilhouetteMeasure> silhouette;  ///< if it was asked for
    Notes notes;
};

/// Clusters points by k-means, labels the clusters and measures them. Throws as fit_clustering and true_labels do, and
/// UsageError if the silhouette of sparse rows is asked for.
[[nodiscard]] ClusterResult cluster(const Points& points, const ClusterOptions& options, const Work& work);

}  // namespace eckart::jobs
