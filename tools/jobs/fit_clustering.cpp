#include "tools/jobs/fit_clustering.h"
#include "tools/cli/terminal/json.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/cluster/minibatch_kmeans.h"
#include "engine/matrix/centering.h"
#include "engine/matrix/unit_rows.h"
#include "engine/support/error.h"
#include "engine/support/random.h"

namespace eckart::tools {
namespace {

constexpr std::int64_t index_rank = 150;
constexpr std::int64_t short_starts = 8;
constexpr double long_start = 1e10;  ///< rows x dimensions x clusters from which one start must do
constexpr std::int64_t most_clusters = 30;
constexpr std::int64_t rows_per_cluster = 5;
constexpr std::uint64_t shuffle_stream = 0xba7c;  ///< of random numbers

bool is_of_index(const Points& points) {
    return points.kind == PointKind::documents || points.kind == PointKind::terms;
}

bool by_direction(const Points& points, const FitOptions& options) {
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
};

Prepared prepared_in(ClusterSpace space, const Points& points) {
    ClusterRows rows = rows_in(space, points);
    const std::int64_t usable = directed_rows(space, rows);
    return {std::move(space), std::move(rows), usable};
}

/// About the mean, rows that all point the same way have no direction left; then they are taken as they are.
Prepared prepared(const Points& points, const FitOptions& options, Session& session) {
    const bool unit = by_direction(points, options);
    const std::int64_t dimensions = clustered_dimensions(points, options);
    session.require_memory(cluster_rows_memory(points, {.dimensions = dimensions, .unit = unit}), "the rows");
    Prepared data = prepared_in(cluster_space(points, dimensions, unit, options.centred), points);
    if (data.usable > 0) return data;
    Prepared plain = prepared_in(cluster_space(points, dimensions, unit, false), points);
    if (plain.usable == 0) {
        throw InputError(
            fmt::format("{}: none of its {} {} has a direction", points.source, points.size(), name(points.kind)));
    }
    session.note("all rows point the same way, so they are not taken about their mean");
    return plain;
}

KmeansOptions kmeans_options(const FitOptions& given, const Prepared& data, std::int64_t clusters,
                             const Session& session) {
    KmeansOptions options;
    options.clusters = clusters;
    options.iterations = given.iterations;
    options.tolerance = given.tolerance;
    options.starts = given.starts.value_or(usual_starts(data.rows.size(), data.rows.width(), clusters));
    options.start = given.start;
    options.method = given.method;
    options.spherical = data.space.unit;
    options.seed = static_cast<std::uint64_t>(session.common.seed);
    const auto held = static_cast<std::uint64_t>(data.rows.size() * data.rows.width()) * sizeof(float);
    options.memory = session.memory_beside(data.rows.is_sparse() ? 0 : held, "the rows");
    return options;
}

std::vector<ClusterStability> stabilities(const FitOptions& given, const Prepared& data, const Points& points,
                                          Session& session) {
    const std::int64_t most = std::min(most_clusters, data.usable / rows_per_cluster);
    if (most < 2) {
        throw UsageError(
            fmt::format("-k auto: {} {} are too few to try; give a number", data.usable, name(points.kind)));
    }
    std::vector<std::int64_t> counts;
    for (std::int64_t k = 2; k <= most; ++k) counts.push_back(k);
    StabilityOptions options;
    options.kmeans = kmeans_options(given, data, most, session);
    options.kmeans.starts = given.starts.value_or(3);
    return data.rows.is_sparse() ? cluster_stability(data.rows.sparse(), counts, options, session.progress())
                                 : cluster_stability(data.rows.dense(), counts, options, session.progress());
}

/// The rows that have a direction, where that is what counts, in random order.
std::vector<std::int64_t> shuffled_rows(const Prepared& data, std::uint64_t seed) {
    const std::vector<std::uint8_t> zero = data.rows.zero_rows();
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < data.rows.size(); ++row) {
        if (!data.space.unit || zero[static_cast<std::size_t>(row)] == 0) rows.push_back(row);
    }
    const Philox random(seed, shuffle_stream);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        std::swap(rows[i], rows[i + static_cast<std::size_t>(random.below(i, rows.size() - i))]);
    }
    return rows;
}

/// One pass in batches; the rows then go to the nearest of the centroids that came of it.
Kmeans kmeans_by_batches(const Prepared& data, const KmeansOptions& options, std::int64_t batch_rows,
                         const Progress& progress) {
    if (data.rows.is_sparse()) throw UsageError("--minibatch needs dense rows");
    if (batch_rows < options.clusters) {
        throw UsageError(fmt::format("--minibatch {}: a batch needs as many rows as there are clusters, {}", batch_rows,
                                     options.clusters));
    }
    const ConstMatrixMap x = data.rows.dense();
    const std::vector<std::int64_t> order = shuffled_rows(data, options.seed);
    MiniBatchKmeans stream({.clusters = options.clusters, .seed = options.seed});
    const auto count = static_cast<std::int64_t>(order.size());
    for (std::int64_t begin = 0; begin < count; begin += batch_rows) {
        progress.report("clustering batches", static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(count));
        DenseMatrix batch(std::min(batch_rows, count - begin), x.cols());
        for (Eigen::Index i = 0; i < batch.rows(); ++i) {
            batch.row(i) = x.row(order[static_cast<std::size_t>(begin + i)]);
        }
        stream.update(batch);
    }
    Kmeans found;
    found.centroids = stream.centroids();
    if (data.space.unit) scale_to_unit(found.centroids);
    Assignment nearest = assign_to_centroids(x, found.centroids);
    found.labels = std::move(nearest.labels);
    found.squared_distances = std::move(nearest.squared_distances);
    found.inertia = nearest.inertia - static_cast<double>(x.rows() - data.usable);
    found.iterations = 1;
    return found;
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

void note_oddities(const FittedClustering& fitted, const Points& points, std::int64_t asked, std::int64_t lost,
                   Session& session) {
    if (lost > 0) {
        session.note(
            fmt::format("{} of {} {} have no direction, so they are in cluster 0, the largest, at a distance "
                        "of 1",
                        lost, points.size(), name(points.kind)));
    }
    if (fitted.clustering.size() < asked) {
        session.note(fmt::format("{} clusters rather than {}: there are no more different {}", fitted.clustering.size(),
                                 asked, name(points.kind)));
    }
}

nlohmann::ordered_json record_of(const FitOptions& given, const KmeansOptions& options, const Kmeans& found,
                                 const FittedClustering& fitted, std::int64_t lost) {
    const Clustering& clustering = fitted.clustering;
    std::vector<std::int64_t> sizes;
    for (const ClusterDescription& cluster : clustering.clusters) sizes.push_back(cluster.size);
    nlohmann::ordered_json record = {{"sizes", sizes},
                                     {"directionless", lost},
                                     {"options",
                                      {{"starts", options.starts},
                                       {"start", name(options.start)},
                                       {"method", name(found.method)},
                                       {"iterations", options.iterations},
                                       {"tolerance", options.tolerance},
                                       {"seed", options.seed},
                                       {"minibatch", or_null(given.minibatch)}}},
                                     {"certificate",
                                      {{"inertia", found.inertia},
                                       {fitted.clustering.space.unit ? "mean_cosine" : "explained", fitted.closeness},
                                       {"iterations", found.iterations},
                                       {"converged", found.converged},
                                       {"repaired", found.repaired},
                                       {"objective", found.objective}}}};
    for (const ClusterStability& tried : fitted.tried) {
        record["tried"].push_back({{"k", tried.clusters}, {"stability", tried.stability}});
    }
    return record;
}

}  // namespace

std::optional<std::int64_t> parse_cluster_count(const std::string& text, std::string_view option) {
    if (text == "auto") return std::nullopt;
    std::int64_t clusters = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, clusters);
    if (parsed.ec == std::errc() && parsed.ptr == end && clusters >= 1) return clusters;
    throw UsageError(fmt::format("{}: found '{}', expected a whole number from 1 up, or auto", option, text));
}

std::int64_t usual_clusters(std::int64_t points) {
    const auto some = std::llround(std::pow(static_cast<double>(points), 0.36));
    return std::clamp<std::int64_t>(some, 1, 30);
}

std::int64_t usual_starts(std::int64_t rows, std::int64_t dimensions, std::int64_t clusters) {
    const double size = static_cast<double>(rows) * static_cast<double>(dimensions) * static_cast<double>(clusters);
    return size > long_start ? 1 : short_starts;
}

std::int64_t clustered_dimensions(const Points& points, const FitOptions& options) {
    if (options.rank) return *options.rank;
    return is_of_index(points) ? std::min(index_rank, points.width()) : points.width();
}

std::uint64_t clustering_memory(const Points& points, const FitOptions& options) {
    const bool unit = by_direction(points, options);
    const std::int64_t dimensions = clustered_dimensions(points, options);
    const bool borrowed = points.is_sparse() || (!unit && !options.centred && dimensions == points.width());
    const std::uint64_t rows = borrowed ? 0 : cluster_rows_memory(points, {.dimensions = dimensions, .unit = unit});
    const KmeansOptions kmeans = {.clusters = options.clusters.value_or(most_clusters), .spherical = unit};
    constexpr std::uint64_t placement_bytes = 2 * sizeof(std::int32_t) + 2 * sizeof(float) + 2;
    return rows + placement_bytes * static_cast<std::uint64_t>(points.size()) +
           kmeans_memory(points.size(), dimensions, points.is_sparse() ? points.sparse().nonzeros() : 0, kmeans);
}

FittedClustering fit_clustering(const Points& points, const FitOptions& options, Session& session) {
    const Prepared data = prepared(points, options, session);
    std::vector<ClusterStability> tried;
    if (!options.clusters) tried = stabilities(options, data, points, session);
    const std::int64_t clusters = options.clusters ? *options.clusters : most_stable(tried).clusters;
    if (clusters > data.usable) {
        throw UsageError(fmt::format("-k {}: {} has {} {}{}", clusters, points.source, data.usable, name(points.kind),
                                     data.usable < points.size() ? " with a direction" : ""));
    }
    KmeansOptions chosen = kmeans_options(options, data, clusters, session);
    if (options.minibatch) chosen.starts = 1;
    const Kmeans found = options.minibatch ? kmeans_by_batches(data, chosen, *options.minibatch, session.progress())
                                           : run_kmeans(data.rows, chosen, session.progress());

    FittedClustering fitted{clustering_of(points, data.space, data.rows, found, options.representatives),
                            data.rows,
                            std::move(tried),
                            chosen.starts,
                            closeness_of(data, found.inertia),
                            {}};
    const std::int64_t lost = points.size() - data.usable;
    note_oddities(fitted, points, clusters, lost, session);
    fitted.record = record_of(options, chosen, found, fitted, lost);
    return fitted;
}

}  // namespace eckart::tools
