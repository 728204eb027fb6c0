#include "engine/cluster/kmeans.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "engine/cluster/kmeans_assignment.h"
#include "engine/cluster/kmeans_bounds.h"
#include "engine/cluster/kmeans_input.h"
#include "engine/cluster/kmeans_method.h"
#include "engine/cluster/kmeans_rows.h"
#include "engine/cluster/kmeans_start.h"
#include "engine/cluster/kmeans_update.h"
#include "engine/matrix/unit_rows.h"
#include "engine/support/error.h"

// Notation, as in the header: X (n x d) rows x_i of weights w_i, W (k x d) centroids c_j, labels for the one-hot Z.

namespace eckart {
namespace {

constexpr std::int64_t most_rows = std::int64_t{1} << 31;

void check_options(const KmeansOptions& options) {
    if (options.clusters < 1) throw UsageError("k-means needs at least one cluster");
    if (options.clusters > most_rows) throw UsageError("k-means can have at most 2^31 clusters");
    if (options.iterations < 1) throw UsageError("k-means needs at least one iteration");
    if (options.starts < 1) throw UsageError("k-means needs at least one start");
    if (!(options.tolerance >= 0) || !std::isfinite(options.tolerance)) {
        throw UsageError("the tolerance of k-means must be a finite number of at least 0");
    }
}

/// The data, and what the loop needs to know of them.
struct Problem {
    const KmeansRows& rows;
    std::span<const float> weights;
    KmeansMethod method;
    double mean_variance;  ///< of the columns, unweighted
};

double mean_variance(const KmeansRows& rows) {
    double sum = 0;  // of |x_i - m|^2, in the order of the rows; m is the mean where rows are dense
    for (std::int64_t i = 0; i < rows.rows(); ++i) sum += rows.squared_norm(i);
    const auto n = static_cast<double>(rows.rows()), d = static_cast<double>(rows.cols());
    if (rows.sparse()) {
        std::vector<double> total(rows.cols());
        for (std::int64_t i = 0; i < rows.rows(); ++i) rows.add(i, 1, total.data());
        sum -= std::inner_product(total.begin(), total.end(), total.begin(), 0.0) / n;
    }
    return std::max(0.0, sum) / n / d;
}

/// How far each centroid moves.
std::vector<double> shifts(const DenseMatrix& before, const DenseMatrix& after) {
    std::vector<double> result(before.rows());
    for (Eigen::Index j = 0; j < before.rows(); ++j) {
        result[j] = (after.row(j).cast<double>() - before.row(j).cast<double>()).norm();
    }
    return result;
}

/// Distances, inertia and sizes of what the loop ended with.
void finish(const Problem& problem, const Centroids& centroids, const CentroidSums& sums, Kmeans& result) {
    const std::vector<double> distances = squared_distances(problem.rows, centroids, result.labels);
    result.squared_distances.assign(distances.begin(), distances.end());
    result.sizes.assign(centroids.count(), 0);
    for (std::size_t i = 0; i < distances.size(); ++i) {
        result.inertia += sums.weight(static_cast<std::int64_t>(i)) * distances[i];
        ++result.sizes[result.labels[i]];
    }
    result.centroids = centroids.rows();
}

std::unique_ptr<AssignmentStep> assignment_step(KmeansMethod method, const KmeansRows& rows,
                                                const CentroidGroups& groups) {
    if (method == KmeansMethod::lloyd) return std::make_unique<LloydStep>(rows);
    return std::make_unique<BoundedStep>(rows, groups);
}

/// Lloyd's iterations from `start`.
Kmeans iterate(const Problem& problem, DenseMatrix start, const KmeansOptions& options, const Progress& progress,
               std::uint64_t run) {
    const KmeansRows& rows = problem.rows;
    const auto bound = static_cast<std::uint64_t>(options.iterations);
    const double tolerance = options.tolerance * problem.mean_variance;
    Kmeans result;
    result.labels.assign(rows.rows(), -1);
    CentroidSums sums(rows, problem.weights, start.rows());
    const CentroidGroups groups = group_centroids(start, rows.origin(), rows.sparse(), panels_a_group(problem.method));
    const CentroidLayout& layout = groups.layout;
    result.method = problem.method;
    const std::unique_ptr<AssignmentStep> step = assignment_step(problem.method, rows, groups);
    auto centroids = std::make_unique<Centroids>(std::move(start), layout);
    std::vector<double> moved;
    const auto assign = [&] {
        const std::vector<Move> moves = step->assign(*centroids, moved, result.labels);
        sums.update(moves, result.labels);
        result.objective.push_back(sums.objective(*centroids));
        return std::any_of(moves.begin(), moves.end(), [&](const Move& move) { return sums.weight(move.row) > 0; });
    };
    while (result.iterations < options.iterations && !result.converged) {
        progress.report("k-means", run * bound + static_cast<std::uint64_t>(result.iterations),
                        static_cast<std::uint64_t>(options.starts) * bound);
        ++result.iterations;
        const bool changed = assign();
        const std::vector<Move> repairs = repair_empty_clusters(rows, *centroids, sums, result.labels);
        if (!changed && repairs.empty()) {
            result.converged = true;
            break;
        }
        for (const Move& move : repairs) step->forget(move.row);
        result.repaired += static_cast<std::int64_t>(repairs.size());
        sums.update(repairs, result.labels);
        DenseMatrix next = sums.centroids(centroids->rows(), options.spherical);
        moved = shifts(centroids->rows(), next);
        centroids = std::make_unique<Centroids>(std::move(next), layout);
        const double total = std::inner_product(moved.begin(), moved.end(), moved.begin(), 0.0);
        if (repairs.empty() && options.tolerance > 0 && total <= tolerance) {
            result.converged = true;
            assign();
        } else if (result.iterations == options.iterations) {
            assign();
        }
    }
    finish(problem, *centroids, sums, result);
    return result;
}

DenseMatrix start_of(const Problem& problem, const KmeansOptions& options, std::uint64_t run,
                     const Progress& progress) {
    const CentroidSums sums(problem.rows, problem.weights, 1);
    const std::int64_t k = options.clusters;
    if (options.start == KmeansStart::random) return random_start(problem.rows, sums, k, options.seed, run);
    if (options.start == KmeansStart::plus_plus) {
        return plus_plus_start(problem.rows, sums, k, options.seed, run, progress);
    }
    DenseMatrix start = bisecting_start(problem.rows, sums, k, options.seed, run, progress);
    if (!options.spherical) return start;
    for (Eigen::Index j = 0; j < start.rows(); ++j) {
        const double norm = start.row(j).cast<double>().norm();
        // A mean of rows that cancel has no direction: any row of them is as good.
        if (norm < 1e-7) start.row(j) = random_start(problem.rows, sums, 1, options.seed, run);
        if (norm >= 1e-7) start.row(j) = (start.row(j).cast<double>() / norm).cast<float>();
    }
    return start;
}

/// Rows of zeros at weight 0.
std::vector<float> weights_of_directions(const KmeansRows& rows, std::span<const float> weights) {
    std::vector<float> result(weights.begin(), weights.end());
    for (std::int64_t i = 0; i < rows.rows(); ++i) {
        if (rows.raw_squared_norm(i) > 0) continue;
        if (result.empty()) result.assign(rows.rows(), 1);
        result[i] = 0;
    }
    return result;
}

Kmeans run(const Problem& problem, const DenseMatrix* start, const KmeansOptions& options, const Progress& progress) {
    check_counts(problem.weights, problem.rows.rows(), options.clusters);
    if (start != nullptr) return iterate(problem, *start, options, progress, 0);
    std::optional<Kmeans> best;
    for (std::uint64_t i = 0; i < static_cast<std::uint64_t>(options.starts); ++i) {
        Kmeans result = iterate(problem, start_of(problem, options, i, progress), options, progress, i);
        if (!best || result.inertia < best->inertia) best = std::move(result);
    }
    return std::move(*best);
}

KmeansMethod method_for(ConstPanelRef<float> x, const KmeansOptions& options) {
    return method_to_use(x.rows(), x.cols(), 0, options);
}
KmeansMethod method_for(const CsrView& x, const KmeansOptions& options) {
    return method_to_use(x.rows, x.cols, std::max<std::int64_t>(1, x.nonzeros()), options);
}

/// `Rows` is what stands for a matrix of type `Matrix`.
template <class Rows, class Matrix>
Kmeans cluster(const Matrix& x, const DenseMatrix* start, const KmeansOptions& options, std::span<const float> weights,
               const Progress& progress) {
    check_options(options);
    check_matrix(x);
    const KmeansMethod method = method_for(x, options);
    const Rows rows(x);
    check_weights(weights, rows.rows());
    if (!options.spherical) return run({rows, weights, method, mean_variance(rows)}, start, options, progress);
    const auto unit = unit_rows(x);
    const Rows directions(unit);
    const std::vector<float> counted = weights_of_directions(rows, weights);
    return run({directions, counted, method, mean_variance(directions)}, start, options, progress);
}

/// Centroids to start from, of length 1 where that is asked for.
DenseMatrix given_start(ConstPanelRef<float> centroids, std::int64_t cols, bool spherical) {
    check_centroids(centroids, cols);
    DenseMatrix start = centroids;
    for (Eigen::Index j = 0; spherical && j < start.rows(); ++j) {
        const double norm = start.row(j).cast<double>().norm();
        if (!(norm > 0)) throw UsageError("centroid " + std::to_string(j) + " is zero, which has no direction");
        start.row(j) = (start.row(j).cast<double>() / norm).cast<float>();
    }
    return start;
}

/// From given centroids, of which there are as many as clusters.
template <class Rows, class Matrix>
Kmeans cluster_from(ConstPanelRef<float> centroids, const Matrix& x, std::int64_t cols, const KmeansOptions& options,
                    std::span<const float> weights, const Progress& progress) {
    const DenseMatrix start = given_start(centroids, cols, options.spherical);
    KmeansOptions fitting = options;
    fitting.clusters = start.rows();
    fitting.starts = 1;
    return cluster<Rows>(x, &start, fitting, weights, progress);
}

template <class Rows, class Matrix>
Assignment assignment(const Matrix& x, ConstPanelRef<float> given) {
    check_matrix(x);
    const Rows rows(x);
    check_centroids(given, rows.cols());
    const CentroidLayout layout = plain_layout(rows.origin(), rows.sparse(), given.rows());
    const Centroids centroids(given, layout);
    Assignment result;
    result.labels.assign(rows.rows(), -1);
    LloydStep(rows).assign(centroids, {}, result.labels);
    const std::vector<double> distances = squared_distances(rows, centroids, result.labels);
    result.squared_distances.assign(distances.begin(), distances.end());
    result.inertia = std::accumulate(distances.begin(), distances.end(), 0.0);
    return result;
}

}  // namespace

Kmeans kmeans(ConstPanelRef<float> x, const KmeansOptions& options, std::span<const float> weights,
              const Progress& progress) {
    return cluster<DenseRows>(x, nullptr, options, weights, progress);
}

Kmeans kmeans(const CsrView& x, const KmeansOptions& options, std::span<const float> weights,
              const Progress& progress) {
    return cluster<SparseRows>(x, nullptr, options, weights, progress);
}

Kmeans kmeans_from(ConstPanelRef<float> centroids, ConstPanelRef<float> x, const KmeansOptions& options,
                   std::span<const float> weights, const Progress& progress) {
    return cluster_from<DenseRows>(centroids, x, x.cols(), options, weights, progress);
}

Kmeans kmeans_from(ConstPanelRef<float> centroids, const CsrView& x, const KmeansOptions& options,
                   std::span<const float> weights, const Progress& progress) {
    return cluster_from<SparseRows>(centroids, x, x.cols, options, weights, progress);
}

Assignment assign_to_centroids(ConstPanelRef<float> x, ConstPanelRef<float> centroids) {
    return assignment<DenseRows>(x, centroids);
}

Assignment assign_to_centroids(const CsrView& x, ConstPanelRef<float> centroids) {
    return assignment<SparseRows>(x, centroids);
}

}  // namespace eckart
