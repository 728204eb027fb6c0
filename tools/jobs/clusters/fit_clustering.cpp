#include "tools/jobs/clusters/fit_clustering.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/cluster/minibatch_kmeans.h"
#include "engine/matrix/centering.h"
#include "engine/matrix/column_offset.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tools/jobs/common/counted.h"

namespace eckart::jobs {
namespace {

constexpr std::int64_t index_rank = 150;
constexpr std::int64_t short_starts = 8;
constexpr double long_start = 1e10;  ///< rows x dimensions x clusters from which one start must do
constexpr std::int64_t most_clusters = 30;
constexpr std::int64_t rows_per_cluster = 5;
constexpr double most_rounding_loss = 1e-3;  ///< of which nobody is told

bool is_of_index(const Points& points) {
    return points.kind == PointKind::documents || points.kind == PointKind::terms;
}

bool by_direction(const Points& points, const ClusterFitOptions& options) {
    return options.spherical.value_or(points.are_directions());
}

std::int64_t directed_rows(const ClusterSpace& space, const ClusterRows& rows) {
    if (!space.unit) return rows.size();
    const auto zero = rows.zero_rows();
    return std::count(zero.begin(), zero.end(), 0);
}

/// A space and the rows in it.
struct Prepared {
    ClusterSpace space;
    ClusterRows rows;
    std::int64_t usable;  ///< rows that have a direction, where that is what counts
    Notes notes = {};
};

Prepared prepared_in(ClusterSpace space, const Points& points) {
    ClusterRows rows = rows_in(space, points);
    const std::int64_t usable = directed_rows(space, rows);
    return {std::move(space), std::move(rows), usable};
}

/// Directions count from the true zero, which float32 cannot say beside what tells such rows apart.
Notes note_of_offset(const Points& points, bool unit) {
    if (!unit || points.offset.size() == 0 || rounding_loss(points.dense(), points.offset) < most_rounding_loss)
        return {};
    return {{"far-from-zero",
             fmt::format("{}: columns lie so far from zero that directions hardly tell its rows apart; cluster by "
                         "distance instead (spherical: no)",
                         points.source)}};
}

/// About the mean, rows that all point the same way have no direction left; then they are taken as they are.
Prepared prepared(const Points& points, const ClusterFitOptions& options, const Work& work) {
    const bool unit = by_direction(points, options);
    const std::int64_t dimensions = clustered_dimensions(points, options);
    work.require_memory(cluster_rows_memory(points, dimensions), "the rows");
    Prepared data = prepared_in(cluster_space(points, dimensions, unit, options.centered), points);
    data.notes = note_of_offset(points, unit);
    if (data.usable > 0) return data;
    Prepared plain = prepared_in(cluster_space(points, dimensions, unit, false), points);
    if (plain.usable == 0) {
        throw InputError(fmt::format("{}: all {} are zeros, which have no direction", points.source,
                                     counted(points.size(), points.kind)));
    }
    plain.notes = std::move(data.notes);
    plain.notes.push_back({"not-centered", "all rows point the same way, so they are not taken about their mean"});
    return plain;
}

KmeansOptions kmeans_options(const ClusterFitOptions& given, const Prepared& data, std::int64_t clusters,
                             const Work& work) {
    KmeansOptions options;
    options.clusters = clusters;
    options.iterations = given.iterations;
    options.tolerance = given.tolerance;
    options.starts = given.starts.value_or(usual_starts(data.rows.size(), data.rows.width(), clusters));
    options.start = given.start;
    options.method = given.method;
    options.spherical = data.space.unit;
    options.seed = work.seed;
    const auto held = static_cast<std::uint64_t>(data.rows.size() * data.rows.width()) * sizeof(float);
    options.memory = work.memory_beside(data.rows.is_sparse() ? 0 : held, "the rows");
    return options;
}

std::vector<ClusterStability> stabilities(const ClusterFitOptions& given, const Prepared& data, const Points& points,
                                          const Work& work) {
    const std::int64_t most = std::min(most_clusters, data.usable / rows_per_cluster);
    if (most < 2) {
        throw UsageError(fmt::format("{} are too few to find the number of clusters; give a number",
                                     counted(data.usable, points.kind)));
    }
    std::vector<std::int64_t> counts;
    for (std::int64_t k = 2; k <= most; ++k) counts.push_back(k);
    StabilityOptions options;
    options.kmeans = kmeans_options(given, data, most, work);
    options.kmeans.starts = given.starts.value_or(3);
    return data.rows.is_sparse() ? cluster_stability(data.rows.sparse(), counts, options, work.progress)
                                 : cluster_stability(data.rows.dense(), counts, options, work.progress);
}

Kmeans kmeans_by_batches(const Prepared& data, const KmeansOptions& options, std::int64_t batch_rows,
                         const Progress& progress) {
    if (data.rows.is_sparse()) throw UsageError("mini-batches need dense rows, and these are sparse");
    return minibatch_kmeans(
        data.rows.dense(),
        {.clusters = options.clusters, .batch_rows = batch_rows, .spherical = options.spherical, .seed = options.seed},
        progress);
}

Kmeans run_kmeans(const ClusterRows& rows, const KmeansOptions& options, const Progress& progress) {
    return rows.is_sparse() ? kmeans(rows.sparse(), options, {}, progress)
                            : kmeans(rows.dense(), options, {}, progress);
}

double variance_of(const ClusterRows& rows) {
    return rows.is_sparse() ? centered_squared_norm(rows.sparse(), column_means(rows.sparse()))
                            : centered_squared_norm(rows.dense(), column_means(rows.dense()));
}

double closeness_of(const Prepared& data, double inertia) {
    if (data.space.unit) return 1 - inertia / (2 * static_cast<double>(data.usable));
    const double variance = variance_of(data.rows);
    return variance > 0 ? 1 - inertia / variance : 1;
}

/// What is left of the figures once the clustering has the rest.
Kmeans figures_of(Kmeans found) {
    found.centroids.resize(0, 0);
    found.labels = {};
    found.squared_distances = {};
    return found;
}

void add(Notes& notes, const Notes& more) {
    notes.insert(notes.end(), more.begin(), more.end());
}

Notes note_of_fewer(std::int64_t found, std::int64_t asked, const Points& points) {
    if (found >= asked) return {};
    return {{"fewer-clusters", fmt::format("{} instead of {}: there are no more different {}",
                                           counted(found, "cluster", "clusters"), asked, name(points.kind))}};
}

std::int64_t chosen_clusters(const ClusterFitOptions& options, const std::vector<ClusterStability>& tried,
                             const Prepared& data, const Points& points) {
    const std::int64_t clusters = options.clusters ? *options.clusters : most_stable(tried).clusters;
    if (clusters <= data.usable) return clusters;
    throw UsageError(fmt::format("{} clusters are too many: {} has {}{}", clusters, points.source,
                                 counted(data.usable, points.kind),
                                 data.usable < points.size() ? " with a direction" : ""));
}

}  // namespace

std::int64_t usual_clusters(std::int64_t points) {
    const auto some = std::llround(std::pow(static_cast<double>(points), 0.36));
    return std::clamp<std::int64_t>(some, 1, 30);
}

std::int64_t usual_starts(std::int64_t rows, std::int64_t dimensions, std::int64_t clusters) {
    const double size = static_cast<double>(rows) * static_cast<double>(dimensions) * static_cast<double>(clusters);
    return size > long_start ? 1 : short_starts;
}

std::int64_t clustered_dimensions(const Points& points, const ClusterFitOptions& options) {
    if (options.rank) return *options.rank;
    return is_of_index(points) ? std::min(index_rank, points.width()) : points.width();
}

std::uint64_t clustering_memory(const Points& points, const ClusterFitOptions& options) {
    const bool unit = by_direction(points, options);
    const std::int64_t dimensions = clustered_dimensions(points, options);
    const bool borrowed = !unit && !options.centered && dimensions == points.width();
    const std::uint64_t rows = borrowed ? 0 : cluster_rows_memory(points, dimensions);
    const KmeansOptions kmeans = {.clusters = options.clusters.value_or(most_clusters), .spherical = unit};
    constexpr std::uint64_t placement_bytes = 2 * sizeof(std::int32_t) + 2 * sizeof(float) + 2;
    return rows + placement_bytes * static_cast<std::uint64_t>(points.size()) +
           kmeans_memory(points.size(), dimensions, points.is_sparse() ? points.sparse().nonzeros() : 0, kmeans);
}

FittedClustering fit_clustering(const Points& points, const ClusterFitOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    const Prepared data = prepared(points, options, work);
    std::vector<ClusterStability> tried;
    if (!options.clusters) tried = stabilities(options, data, points, work);
    const std::int64_t clusters = chosen_clusters(options, tried, data, points);
    KmeansOptions chosen = kmeans_options(options, data, clusters, work);
    if (options.minibatch) chosen.starts = 1;
    Kmeans found = options.minibatch ? kmeans_by_batches(data, chosen, *options.minibatch, work.progress)
                                     : run_kmeans(data.rows, chosen, work.progress);

    FittedClustering fitted{clustering_of(points, data.space, data.rows, found, options.representatives),
                            data.rows,
                            std::move(tried),
                            chosen,
                            options.minibatch,
                            figures_of(std::move(found)),
                            0,
                            data.notes};
    fitted.closeness = closeness_of(data, fitted.kmeans.inertia);
    add(fitted.notes, note_of_directionless(points.size() - data.usable, points));
    add(fitted.notes, note_of_fewer(fitted.clustering.size(), clusters, points));
    return fitted;
}

}  // namespace eckart::jobs
