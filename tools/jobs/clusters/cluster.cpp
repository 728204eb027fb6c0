#include "tools/jobs/clusters/cluster.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tools/jobs/clusters/cluster_labels.h"
#include "tools/jobs/clusters/true_labels.h"
#include "tools/jobs/common/counted.h"

namespace eckart::jobs {
namespace {

constexpr std::int64_t exact_silhouette_rows = 20'000;
constexpr std::int64_t silhouette_sample = 2'000;

SilhouetteMeasure silhouette_of(const FittedClustering& fitted, const Work& work) {
    const Placement& placement = fitted.clustering.placement;
    DenseMatrix rows(fitted.rows.size(), fitted.rows.width());
    std::vector<std::int32_t> labels;
    for (std::int64_t row = 0; row < fitted.rows.size(); ++row) {
        if (placement.directionless[row] != 0) continue;
        rows.row(static_cast<Eigen::Index>(labels.size())) = fitted.rows.dense().row(row);
        labels.push_back(placement.labels[row]);
    }
    const auto n = static_cast<std::int64_t>(labels.size());
    const auto used = rows.topRows(n);
    if (n <= exact_silhouette_rows) return {silhouette(used, labels, work.progress), n, {}};
    const MeanInterval sampled = sampled_silhouette(used, labels, silhouette_sample, work.seed);
    return {sampled.mean, silhouette_sample, sampled};
}

Notes notes_of(const TrueLabels& known) {
    Notes notes;
    if (known.unlabeled > 0) {
        notes.push_back({"rows-without-class", fmt::format("{} no class and {} not measured",
                                                           counted(known.unlabeled, "row has", "rows have"),
                                                           known.unlabeled == 1 ? "is" : "are")});
    }
    if (known.unknown > 0) {
        notes.push_back({"classes-without-row", fmt::format("{} of the classes {} no row here", known.unknown,
                                                            known.unknown == 1 ? "names" : "name")});
    }
    return notes;
}

void append(Notes& notes, Notes more) {
    for (Note& note : more) notes.push_back(std::move(note));
}

}  // namespace

ClusterResult cluster(const Points& points, const ClusterOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    if (options.silhouette && points.is_sparse()) {
        throw UsageError("the silhouette needs dense rows, and those of " + points.source + " are sparse");
    }
    std::optional<TrueLabels> known;
    if (!options.classes.empty()) known = true_labels(options.classes, points);
    ClusterResult result{fit_clustering(points, options.fit, work), {}, {}, {}};
    label_clusters(result.fitted.clustering, points);
    result.notes = std::exchange(result.fitted.notes, {});
    if (known) {
        result.agreement = label_agreement(known->classes, result.fitted.clustering.placement.labels);
        append(result.notes, notes_of(*known));
    }
    if (options.silhouette) result.silhouette = silhouette_of(result.fitted, work);
    return result;
}

}  // namespace eckart::jobs
