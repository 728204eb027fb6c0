#include "engine/layout/tsne.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>

#include "engine/layout/repulsion.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation: Y places (n x 2), w_ij = 1 / (1 + |y_i - y_j|^2), Z = sum of all w_ij. A quarter of the gradient is
//
//   g_i = sum_j p_ij w_ij (y_i - y_j) - 1/Z sum_j w_ij^2 (y_i - y_j) = attraction - repulsion
//
// and times n, as it is used here, of a size that does not depend on n.

namespace eckart {
namespace {

constexpr std::int64_t most_pairwise = 1000;  ///< rows, up to which repulsion is summed by pairs
constexpr std::int64_t fewest = 4;            ///< rows whose affinities say more than the start does
constexpr std::int64_t placed_rows = 1024;
constexpr std::int64_t report_every = 10;
constexpr std::int64_t measure_every = 50;
constexpr float start_deviation = 1e-4F;
constexpr float jitter_size = 1e-6F;  ///< so that equal rows do not stay on one place
constexpr float longest_step = 5;     ///< of one iteration, in units of the kernel
constexpr float least_gain = 0.01F;
constexpr float momentum = 0.8F;
constexpr int placement_steps = 300;

using Eigen::RowVector2d;
using Eigen::RowVector2f;

std::unique_ptr<Repulsion> repulsion_for(std::int64_t rows) {
    if (rows <= most_pairwise) return std::make_unique<ExactRepulsion>();
    return std::make_unique<GridRepulsion>();
}

/// sum_j p_ij w_ij (y_i - y_j)
RowVector2f attraction(const CsrView& p, const float* y, std::int64_t i) {
    const float xi = y[2 * i], yi = y[2 * i + 1];
    float fx = 0, fy = 0;
    const CsrRow row = p.row(i);
    for (std::size_t e = 0; e < row.size(); ++e) {
        const float* other = y + 2 * static_cast<std::int64_t>(row.columns[e]);
        const float dx = xi - other[0], dy = yi - other[1];
        const float pull = row.values[e] / (1 + dx * dx + dy * dy);
        fx += pull * dx;
        fy += pull * dy;
    }
    return {fx, fy};
}

void check(const NeighborGraph& graph, ConstPanelRef<float> start, const TsneOptions& options) {
    if (!(options.perplexity >= 1) || !std::isfinite(options.perplexity)) throw UsageError("a perplexity is from 1 up");
    if (options.iterations < 1 || options.early_iterations < 0) throw UsageError("a picture needs 1 iteration or more");
    if (!(options.early_exaggeration >= 1) || !(options.exaggeration >= 1)) {
        throw UsageError("an exaggeration is from 1 up");
    }
    if (!(options.learning_rate >= 0)) throw UsageError("a learning rate cannot be negative");
    if (start.rows() != graph.rows || start.cols() != 2) {
        throw UsageError("the start has " + std::to_string(start.rows()) + " x " + std::to_string(start.cols()) +
                         " entries, expected " + std::to_string(graph.rows) + " x 2");
    }
    if (!start.allFinite()) throw UsageError("the start has an entry that is not finite");
}

double perplexity_for(std::int64_t neighbors, double wanted) {
    return std::clamp(wanted, 1.0, std::max(1.0, static_cast<double>(neighbors) / 3));
}

RowVector2d mean_of(const PlanePoints& places) {
    RowVector2d sum = RowVector2d::Zero();
    for (std::int64_t i = 0; i < places.rows(); ++i) sum += places.row(i).cast<double>();
    return sum / static_cast<double>(std::max<std::int64_t>(places.rows(), 1));
}

/// `start` with mean zero and the standard deviation of its wider column small, each row moved by less still.
PlanePoints scaled_start(ConstPanelRef<float> start, std::uint64_t seed) {
    PlanePoints places = start;
    const Philox random(seed);
    RowVector2d squares = RowVector2d::Zero();
    const RowVector2d mean = mean_of(places);
    for (std::int64_t i = 0; i < places.rows(); ++i) squares += (places.row(i).cast<double>() - mean).cwiseAbs2();
    const double deviation = std::sqrt(squares.maxCoeff() / static_cast<double>(places.rows()));
    const double scale = deviation > 0 ? start_deviation / deviation : 0;
    for (std::int64_t i = 0; i < places.rows(); ++i) {
        const auto index = static_cast<std::uint64_t>(2 * i);
        const RowVector2d jitter(random.normal(index), random.normal(index + 1));
        places.row(i) = (scale * (places.row(i).cast<double>() - mean) + jitter_size * jitter).cast<float>();
    }
    return places;
}

/// Gradient descent on the places of one picture.
class Descent {
  public:
    Descent(CsrMatrix p, PlanePoints start, const TsneOptions& options)
        : p_(std::move(p)),
          options_(options),
          n_(start.rows()),
          y_(std::move(start)),
          forces_(n_, 2),
          velocity_(PlanePoints::Zero(n_, 2)),
          gains_(PlanePoints::Ones(n_, 2)),
          repulsion_(repulsion_for(n_)) {}

    Tsne run(const Progress& progress) {
        Tsne result;
        for (std::int64_t t = 0; t < options_.iterations; ++t) {
            if (t % report_every == 0) progress.report("layout", t, options_.iterations);
            const double z = repulsion_->take(y_, forces_);
            if (t > 0 && t % measure_every == 0) note(result, t, z);
            step(t < options_.early_iterations, z);
        }
        note(result, options_.iterations, repulsion_->take(y_, forces_));
        result.divergence = result.objective.back();
        result.places = y_;
        return result;
    }

  private:
    void note(Tsne& result, std::int64_t iteration, double z) const {
        result.measured_after.push_back(iteration);
        result.objective.push_back(divergence(p_, y_, z));
    }

    void step(bool early, double z) {
        const double exaggeration = early ? options_.early_exaggeration : options_.exaggeration;
        const double n = static_cast<double>(n_);
        const double rate = options_.learning_rate > 0 ? options_.learning_rate : n / exaggeration;
        const auto pull = static_cast<float>(exaggeration * rate), push = static_cast<float>(rate / z);
        // Forces of all before any is moved: the next places are built beside the old ones.
        next_.resize(n_, 2);
        parallel_blocks(n_, placed_rows, [&](Range rows) {
            for (std::int64_t i = rows.begin; i < rows.end; ++i) {
                move(i, pull * attraction(p_, y_.data(), i) - push * forces_.row(i));
            }
        });
        y_.swap(next_);
        const RowVector2f mean = mean_of(y_).cast<float>();
        y_.rowwise() -= mean;
    }

    /// One step of row i against `gradient`, each component with a gain that grows while its direction stays.
    void move(std::int64_t i, const RowVector2f& gradient) {
        for (int c = 0; c < 2; ++c) {
            const bool turned = (gradient[c] > 0) == (velocity_(i, c) > 0);
            gains_(i, c) = std::max(least_gain, turned ? 0.8F * gains_(i, c) : gains_(i, c) + 0.2F);
            velocity_(i, c) = momentum * velocity_(i, c) - gains_(i, c) * gradient[c];
        }
        const float length = velocity_.row(i).norm();
        if (length > longest_step) velocity_.row(i) *= longest_step / length;
        next_.row(i) = y_.row(i) + velocity_.row(i);
    }

    CsrMatrix p_;
    const TsneOptions& options_;
    std::int64_t n_;
    PlanePoints y_, next_, forces_, velocity_, gains_;
    std::unique_ptr<Repulsion> repulsion_;
};

/// What places one new row: its neighbors with their affinities, and the old picture's repulsion.
struct Newcomer {
    const PlanePoints& places;
    std::span<const std::int32_t> neighbors;
    std::span<const float> weights;  ///< p_j of each

    RowVector2f mean() const {
        RowVector2f sum = RowVector2f::Zero();
        for (std::size_t k = 0; k < neighbors.size(); ++k) {
            if (neighbors[k] >= 0) sum += weights[k] * places.row(neighbors[k]);
        }
        return sum;
    }

    RowVector2f attraction(const RowVector2f& y) const {
        RowVector2f sum = RowVector2f::Zero();
        for (std::size_t k = 0; k < neighbors.size(); ++k) {
            if (neighbors[k] < 0) continue;
            const RowVector2f d = y - places.row(neighbors[k]);
            sum += weights[k] / (1 + d.squaredNorm()) * d;
        }
        return sum;
    }
};

/// Steps shrink as they turn back, so that the place settles.
RowVector2f settled(const Newcomer& row, const Repulsion& repulsion, float exaggeration, float push) {
    RowVector2f y = row.mean(), velocity = RowVector2f::Zero(), gains = RowVector2f::Ones();
    for (int t = 0; t < placement_steps; ++t) {
        const RowVector2f gradient = exaggeration * row.attraction(y) - push * repulsion.at(y);
        for (int c = 0; c < 2; ++c) {
            const bool turned = (gradient[c] > 0) == (velocity[c] > 0);
            gains[c] = std::max(least_gain, turned ? 0.8F * gains[c] : gains[c] + 0.2F);
            velocity[c] = 0.5F * velocity[c] - gains[c] * gradient[c] / exaggeration;
        }
        const float length = velocity.norm();
        if (length > 1) velocity /= length;
        y += velocity;
    }
    return y;
}

}  // namespace

double divergence(const CsrView& p, ConstPanelRef<float> places, double z) {
    const std::int64_t blocks = (p.rows + placed_rows - 1) / placed_rows;
    std::vector<double> sums(blocks), totals(blocks);
    parallel_blocks(p.rows, placed_rows, [&](Range rows) {
        double sum = 0, total = 0;
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            const CsrRow row = p.row(i);
            for (std::size_t e = 0; e < row.size(); ++e) {
                const double value = static_cast<double>(row.values[e]);
                if (value <= 0) continue;
                const RowVector2d d = (places.row(i) - places.row(row.columns[e])).cast<double>();
                sum += value * std::log(value * (1 + d.squaredNorm()));
                total += value;
            }
        }
        sums[rows.begin / placed_rows] = sum;
        totals[rows.begin / placed_rows] = total;
    });
    double sum = 0, total = 0;
    for (const double part : sums) sum += part;
    for (const double part : totals) total += part;
    return total > 0 ? sum + total * std::log(z) : 0;
}

DenseMatrix divergence_gradient(const CsrView& p, ConstPanelRef<float> places) {
    if (places.rows() != p.rows || places.cols() != 2) throw UsageError("places have another shape than affinities");
    const PlanePoints y = places;
    PlanePoints gradient(y.rows(), 2);
    const auto repulsion = repulsion_for(y.rows());
    const double z = repulsion->take(y, gradient);
    for (std::int64_t i = 0; i < y.rows(); ++i) {
        gradient.row(i) = attraction(p, y.data(), i) - gradient.row(i) / static_cast<float>(z);
    }
    return gradient;
}

Tsne tsne(const NeighborGraph& graph, ConstPanelRef<float> start, const TsneOptions& options,
          const Progress& progress) {
    check(graph, start, options);
    options.memory.require(tsne_memory(graph.rows, graph.neighbors),
                           "a picture of " + std::to_string(graph.rows) + " rows");
    const double perplexity = perplexity_for(graph.neighbors, options.perplexity);
    if (graph.rows < fewest) {
        return {scaled_start(start, options.seed) / start_deviation, perplexity, 0, {}, {}};
    }
    progress.report("affinities", 0, 0);
    Descent descent(affinities(graph, perplexity), scaled_start(start, options.seed), options);
    Tsne result = descent.run(progress);
    result.perplexity = perplexity;
    return result;
}

DenseMatrix placed_among(ConstPanelRef<float> places, const NeighborGraph& nearest, const TsneOptions& options,
                         const Progress& progress) {
    if (places.rows() < 1 || places.cols() != 2) throw UsageError("a picture to place rows in has n >= 1 rows of 2");
    if (!places.allFinite()) throw UsageError("the old picture has a place that is not finite");
    const std::int64_t n = places.rows();
    const PlanePoints y = places;
    PlanePoints forces(n, 2), result(nearest.rows, 2);
    const auto repulsion = repulsion_for(n);
    const double z = repulsion->take(y, forces);
    const auto push = static_cast<float>(z > 0 ? static_cast<double>(n) / z : 0);
    const double perplexity = perplexity_for(nearest.neighbors, options.perplexity);
    const std::int64_t portion = 16 * placed_rows;
    for (std::int64_t first = 0; first < nearest.rows; first += portion) {
        progress.report("new places", first, nearest.rows);
        parallel_blocks(std::min(portion, nearest.rows - first), 64, [&](Range rows) {
            std::vector<float> weights(nearest.neighbors);
            for (std::int64_t i = first + rows.begin; i < first + rows.end; ++i) {
                conditional_affinities(nearest.squared_distances_of(i), perplexity, weights);
                const Newcomer row{y, nearest.indices_of(i), weights};
                const bool known = std::any_of(weights.begin(), weights.end(), [](float w) { return w > 0; });
                result.row(i) = known ? settled(row, *repulsion, static_cast<float>(options.exaggeration), push)
                                      : RowVector2f(mean_of(y).cast<float>());
            }
        });
    }
    return result;
}

std::uint64_t tsne_memory(std::int64_t rows, std::int64_t neighbors) {
    const auto n = static_cast<std::uint64_t>(rows), k = static_cast<std::uint64_t>(neighbors);
    // While P is made: conditional affinities, their transpose, and P, which has twice as many entries at most.
    return 8 * n * k * (1 + 1 + 2) + n * (24 + 5 * 8) + GridRepulsion::memory(rows);
}

}  // namespace eckart
