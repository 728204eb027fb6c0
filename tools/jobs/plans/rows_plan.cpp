#include "tools/jobs/plans/rows_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tools/jobs/clusters/cluster_labels.h"
#include "tools/jobs/clusters/fit_clustering.h"
#include "tools/jobs/common/stopwatch.h"
#include "tools/jobs/maps/map_layout.h"
#include "tools/jobs/plans/plan_estimate.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {
namespace {

/// Numbers in the larger part of the rows that is clustered.
constexpr std::int64_t clustered_entries = 2'000'000;
/// Points in the larger part of a map, whose time goes by points and not by their dimensions.
constexpr std::int64_t part_points = 8'000;

/// The points, with what reading them took.
struct ReadPoints {
    Points points;
    ReadForPlan read;
};

std::uint64_t bytes_of(const Points& points) {
    if (!points.is_sparse()) return sizeof(float) * static_cast<std::uint64_t>(points.size() * points.width());
    return (sizeof(float) + sizeof(std::int32_t)) * static_cast<std::uint64_t>(points.sparse().nonzeros());
}

ReadPoints read_for_plan(const std::string& source, std::string_view part, const Work& work) {
    const Stopwatch watch;
    Points points = read_points(source, part, work);
    const ReadForPlan read = {watch.seconds(), bytes_of(points)};
    return {std::move(points), read};
}

/// How the points are clustered where nobody says more than the number.
ClusterFitOptions usual_clustering(const Points& points, std::int64_t clusters) {
    ClusterFitOptions options;
    options.clusters = clusters;
    options.starts = usual_starts(points.size(), clustered_dimensions(points, options), clusters);
    return options;
}

/// Seconds of finding the labels of all points, which no part of them has: with clusters of a single round.
double label_seconds(const Points& points, ClusterFitOptions options, const Work& work) {
    if (points.kind == PointKind::rows) return 0;
    options.starts = options.iterations = 1;
    FittedClustering fitted = fit_clustering(points, options, work);
    return seconds_of([&] { label_clusters(fitted.clustering, points); });
}

double clustering_seconds(const Points& points, const ClusterFitOptions& options, const Work& work) {
    const std::int64_t entries =
        points.is_sparse() ? points.sparse().nonzeros() : points.size() * clustered_dimensions(points, options);
    const std::int64_t part = part_rows(points.size(), entries, clustered_entries, 16 * *options.clusters);
    const auto seconds_for = [&](std::int64_t count) {
        return seconds_of([&] { (void)fit_clustering(some_points(points, count), options, work); });
    };
    return label_seconds(points, options, work) + seconds_for_rows(points.size(), part, seconds_for);
}

double layout_seconds(const Points& points, const LayoutOptions& options, const Work& work) {
    return seconds_for_rows(points.size(), std::min(points.size(), part_points), [&](std::int64_t count) {
        return seconds_of([&] { (void)laid_out(some_points(points, count), options, nullptr, work); });
    });
}

std::uint64_t labeled_clustering_memory(const Points& points, const ClusterFitOptions& options) {
    return clustering_memory(points, options) + label_memory(points);
}

/// The page is made as a whole: place, cluster and names of each point, as text of their own and in the page's.
std::uint64_t page_memory(const Points& points) {
    std::uint64_t bytes = 0;
    for (const std::string& id : points.ids) bytes += 64 + id.size();
    for (const std::string& title : points.titles) bytes += title.size();
    return 2 * bytes;
}

}  // namespace

Plan plan_clustering(const std::string& source, std::string_view part, std::int64_t clusters, const Work& work) {
    const ThreadLimit threads(work.threads);
    const auto [points, read] = read_for_plan(source, part, work);
    if (clusters > points.size()) {
        throw UsageError(fmt::format("{} clusters of the {} {} of {}: there cannot be more clusters than {}", clusters,
                                     points.size(), name(points.kind), source, name(points.kind)));
    }
    const ClusterFitOptions options = usual_clustering(points, clusters);
    Plan plan{.work = PlannedWork::cluster,
              .subject = source,
              .sizes = {{std::string(name(points.kind)), points.size()},
                        {"dimensions", clustered_dimensions(points, options)},
                        {"clusters", clusters},
                        {"starts", *options.starts}}};
    estimate(
        plan, read, labeled_clustering_memory(points, options),
        [&, &points = points] { return clustering_seconds(points, options, work); }, work);
    return plan;
}

Plan plan_map(const std::string& source, std::string_view part, const Work& work) {
    const ThreadLimit threads(work.threads);
    const auto [points, read] = read_for_plan(source, part, work);
    const LayoutOptions layout;
    const ClusterFitOptions colors = usual_clustering(points, usual_clusters(points.size()));
    Plan plan{.work = PlannedWork::map,
              .subject = source,
              .sizes = {{std::string(name(points.kind)), points.size()},
                        {"dimensions", points.width()},
                        {"clusters", *colors.clusters}}};
    const std::uint64_t bytes =
        std::max({labeled_clustering_memory(points, colors), layout_memory(points, layout), page_memory(points)});
    estimate(
        plan, read, bytes,
        [&, &points = points] {
            return clustering_seconds(points, colors, work) + layout_seconds(points, layout, work);
        },
        work);
    return plan;
}

}  // namespace eckart::jobs
