#include "engine/factor/kmeans_start.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation: D_i, the squared distance of row i to the nearest of the centroids drawn so far, times its weight; the
// potential is their sum.

namespace eckart {
namespace {

constexpr std::int64_t kBlock = 1024;  // rows a task

std::int64_t blocks_of(std::int64_t rows) {
    return (rows + kBlock - 1) / kBlock;
}

/// Numbers of rows, >= 0, with their sums by blocks, to draw rows in proportion to them.
class Lottery {
  public:
    explicit Lottery(std::int64_t rows)
        : values_(static_cast<std::size_t>(rows)), block_sums_(static_cast<std::size_t>(blocks_of(rows))) {}

    double& operator[](std::int64_t row) { return values_[static_cast<std::size_t>(row)]; }
    double operator[](std::int64_t row) const { return values_[static_cast<std::size_t>(row)]; }

    /// To be called for a block once its values are known.
    void sum_block(Range range) {
        double sum = 0;
        for (std::int64_t i = range.begin; i < range.end; ++i) sum += (*this)[i];
        block_sums_[static_cast<std::size_t>(range.begin / kBlock)] = sum;
    }

    double total() const {
        double sum = 0;
        for (const double part : block_sums_) sum += part;
        return sum;
    }

    /// The row at the fraction `at` of [0, 1) of the total, never one of value zero; the total must be positive.
    std::int64_t draw(double at) const {
        double left = at * total();
        std::size_t block = 0;
        std::size_t last = 0;  // of positive sum
        for (; block < block_sums_.size(); ++block) {
            if (block_sums_[block] > 0) last = block;
            if (left < block_sums_[block]) break;
            left -= block_sums_[block];
        }
        return draw_in(std::min(block, last), left);
    }

  private:
    std::int64_t draw_in(std::size_t block, double left) const {
        const auto begin = static_cast<std::int64_t>(block) * kBlock;
        const std::int64_t end = std::min<std::int64_t>(begin + kBlock, static_cast<std::int64_t>(values_.size()));
        std::int64_t last = begin;
        for (std::int64_t i = begin; i < end; ++i) {
            if (!((*this)[i] > 0)) continue;
            last = i;
            if (left < (*this)[i]) break;
            left -= (*this)[i];
        }
        return last;
    }

    std::vector<double> values_;
    std::vector<double> block_sums_;
};

Lottery weights_of(const KmeansRows& rows, const CentroidSums& sums) {
    Lottery lottery(rows.rows());
    parallel_blocks(rows.rows(), kBlock, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) lottery[i] = sums.weight(i);
        lottery.sum_block(range);
    });
    return lottery;
}

/// Weight times squared distance of each row of a block to each candidate, or what it is already, if that is less:
/// row r of the block in column r of the result.
void candidate_distances(const KmeansRows& rows, const CentroidSums& sums, const Centroids& candidates,
                         const Lottery& now, Range range, std::vector<float>& scores, DenseMatrixF64& out) {
    const std::int64_t count = candidates.count();
    rows.scores(range, candidates, {0, count}, scores.data(), count);
    for (std::int64_t i = range.begin; i < range.end; ++i) {
        const double error = rows.score_error(i, candidates), weight = sums.weight(i), nearest = now[i];
        for (std::int64_t c = 0; c < count; ++c) {
            double distance = rows.squared_norm(i) +
                              2 * static_cast<double>(scores[static_cast<std::size_t>((i - range.begin) * count + c)]);
            if (distance <= 8 * error) distance = rows.squared_distance(i, candidates, c);  // equal rows are at zero
            out(c, i - range.begin) = std::min(nearest, weight * distance);
        }
    }
}

/// The draws of k-means++.
class PlusPlus {
  public:
    PlusPlus(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, const Philox& random)
        : rows_(rows),
          sums_(sums),
          random_(random),
          trials_(2 + static_cast<std::int64_t>(std::log(static_cast<double>(k)))),
          nearest_(weights_of(rows, sums)) {}

    std::vector<std::int64_t> draw(std::int64_t k, const Progress& progress) {
        take_first();
        while (static_cast<std::int64_t>(taken_.size()) < k) {
            progress.report("choosing centroids", taken_.size(), static_cast<std::uint64_t>(k));
            if (nearest_.total() > 0) {
                take_best();
            } else {
                take_unused();
            }
        }
        return taken_;
    }

  private:
    double next() { return random_.uniform(drawn_++); }

    void take_first() {
        const std::int64_t row = nearest_.draw(next());
        parallel_blocks(rows_.rows(), kBlock, [&](Range range) {
            for (std::int64_t i = range.begin; i < range.end; ++i) {
                nearest_[i] = std::numeric_limits<double>::infinity();
            }
        });
        const std::int64_t only[] = {row};
        keep_nearest(rows_.copies(only), 0);
        taken_.push_back(row);
    }

    void take_best() {
        std::vector<std::int64_t> candidates;
        for (std::int64_t t = 0; t < trials_; ++t) candidates.push_back(nearest_.draw(next()));
        const Centroids copies = rows_.copies(candidates);
        const std::vector<double> potentials = potentials_of(copies);
        const auto best = std::min_element(potentials.begin(), potentials.end()) - potentials.begin();
        keep_nearest(copies, best);
        taken_.push_back(candidates[static_cast<std::size_t>(best)]);
    }

    /// Where all rows are at centroids, so that nothing is left to gain: the first row of positive weight not taken.
    void take_unused() {
        std::int64_t row = 0;
        while (!(sums_.weight(row) > 0) || std::find(taken_.begin(), taken_.end(), row) != taken_.end()) ++row;
        taken_.push_back(row);
    }

    /// The potential that each candidate would leave.
    std::vector<double> potentials_of(const Centroids& candidates) {
        const auto count = static_cast<std::size_t>(candidates.count());
        std::vector<Eigen::VectorXd> parts(static_cast<std::size_t>(blocks_of(rows_.rows())));
        parallel_blocks(rows_.rows(), kBlock, [&](Range range) {
            std::vector<float> scores(static_cast<std::size_t>(range.end - range.begin) * count);
            DenseMatrixF64 distances(candidates.count(), range.end - range.begin);
            candidate_distances(rows_, sums_, candidates, nearest_, range, scores, distances);
            parts[static_cast<std::size_t>(range.begin / kBlock)] = distances.rowwise().sum();
        });
        std::vector<double> potentials(count);
        for (const auto& part : parts) {
            for (std::size_t c = 0; c < count; ++c) potentials[c] += part(static_cast<Eigen::Index>(c));
        }
        return potentials;
    }

    void keep_nearest(const Centroids& candidates, std::int64_t best) {
        const Centroids one(candidates.rows.middleRows(best, 1), rows_.sparse());
        parallel_blocks(rows_.rows(), kBlock, [&](Range range) {
            std::vector<float> scores(static_cast<std::size_t>(range.end - range.begin));
            DenseMatrixF64 distances(1, range.end - range.begin);
            candidate_distances(rows_, sums_, one, nearest_, range, scores, distances);
            for (std::int64_t i = range.begin; i < range.end; ++i) nearest_[i] = distances(0, i - range.begin);
            nearest_.sum_block(range);
        });
    }

    const KmeansRows& rows_;
    const CentroidSums& sums_;
    const Philox& random_;
    std::int64_t trials_;
    std::uint64_t drawn_ = 0;
    Lottery nearest_;  ///< D_i; the weights, before the first draw
    std::vector<std::int64_t> taken_;
};

}  // namespace

DenseMatrix plus_plus_start(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, std::uint64_t seed,
                            std::uint64_t stream, const Progress& progress) {
    const Philox random(seed, stream);
    return rows.copies(PlusPlus(rows, sums, k, random).draw(k, progress)).rows;
}

DenseMatrix random_start(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, std::uint64_t seed,
                         std::uint64_t stream) {
    const Philox random(seed, stream);
    std::vector<char> used(static_cast<std::size_t>(rows.rows()));
    std::vector<std::int64_t> taken;
    for (std::uint64_t draw = 0; static_cast<std::int64_t>(taken.size()) < k; ++draw) {
        const std::uint64_t row = random.below(draw, static_cast<std::uint64_t>(rows.rows()));
        if (used[row] || !(sums.weight(static_cast<std::int64_t>(row)) > 0)) continue;
        used[row] = 1;
        taken.push_back(static_cast<std::int64_t>(row));
    }
    return rows.copies(taken).rows;
}

}  // namespace eckart
