#include "engine/cluster/kmeans_start.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation: D_i, the squared distance of row i to the nearest of the centroids drawn so far, times its weight; the
// potential is their sum.

namespace eckart {
namespace {

constexpr std::int64_t weighed_rows = 1024;  // rows a task

std::int64_t blocks_of(std::int64_t rows) {
    return (rows + weighed_rows - 1) / weighed_rows;
}

/// Numbers of rows, >= 0, with their sums by blocks, to draw rows in proportion to them.
class Lottery {
  public:
    explicit Lottery(std::int64_t rows) : values_(rows), block_sums_(blocks_of(rows)) {}

    double& operator[](std::int64_t row) { return values_[row]; }
    double operator[](std::int64_t row) const { return values_[row]; }

    /// To be called for a block once its values are known.
    void sum_block(Range range) {
        double sum = 0;
        for (std::int64_t i = range.begin; i < range.end; ++i) sum += (*this)[i];
        block_sums_[range.begin / weighed_rows] = sum;
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
        const auto begin = static_cast<std::int64_t>(block) * weighed_rows;
        const std::int64_t end =
            std::min<std::int64_t>(begin + weighed_rows, static_cast<std::int64_t>(values_.size()));
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

/// Gains of as many candidates as a panel has lanes.
using Gains = std::array<double, panel_lanes>;

/// The draws of k-means++.
class PlusPlus {
  public:
    PlusPlus(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, const Philox& random)
        : rows_(rows),
          sums_(sums),
          random_(random),
          trials_(std::min(panel_lanes, 2 + static_cast<std::int64_t>(std::log(static_cast<double>(k))))),
          nearest_(rows.rows(), std::numeric_limits<float>::max()),
          left_(rows.rows(), trials_),
          lottery_(rows.rows()) {}

    std::vector<std::int64_t> draw(std::int64_t k, const Progress& progress) {
        take_first();
        while (static_cast<std::int64_t>(taken_.size()) < k) {
            progress.report("choosing centroids", taken_.size(), static_cast<std::uint64_t>(k));
            if (lottery_.total() > 0) {
                take_best();
            } else {
                take_unused();
            }
        }
        return taken_;
    }

  private:
    double next() { return random_.uniform(drawn_++); }

    /// Drawn by weight alone.
    void take_first() {
        parallel_blocks(rows_.rows(), weighed_rows, [&](Range range) {
            for (std::int64_t i = range.begin; i < range.end; ++i) lottery_[i] = sums_.weight(i);
            lottery_.sum_block(range);
        });
        take({lottery_.draw(next())});
    }

    void take_best() {
        std::vector<std::int64_t> candidates;
        for (std::int64_t t = 0; t < trials_; ++t) candidates.push_back(lottery_.draw(next()));
        take(candidates);
    }

    /// Where all rows are at centroids, so that nothing is left to gain: the first row of positive weight not taken.
    void take_unused() {
        if (unused_.empty()) {
            std::vector<char> used(nearest_.size());
            for (const std::int64_t row : taken_) used[row] = 1;
            for (std::int64_t i = rows_.rows(); i-- > 0;) {
                if (!used[i] && sums_.weight(i) > 0) unused_.push_back(i);
            }
        }
        taken_.push_back(unused_.back());
        unused_.pop_back();
    }

    /// Takes the candidate that leaves the least potential.
    void take(const std::vector<std::int64_t>& candidates) {
        const CentroidLayout layout =
            plain_layout(rows_.origin(), rows_.sparse(), static_cast<std::int64_t>(candidates.size()));
        const Centroids copies(rows_.copies(candidates), layout);
        std::vector<Gains> gains(blocks_of(rows_.rows()));
        parallel_blocks(rows_.rows(), weighed_rows,
                        [&](Range range) { gains[range.begin / weighed_rows] = gains_in(copies, range); });
        Gains total{};
        for (const Gains& part : gains) {
            for (std::size_t c = 0; c < total.size(); ++c) total[c] += part[c];
        }
        const auto end = total.begin() + static_cast<std::ptrdiff_t>(candidates.size());
        const auto best = std::max_element(total.begin(), end) - total.begin();
        keep(best);
        taken_.push_back(candidates[best]);
    }

    /// By how much each candidate lowers the potential of a block; what it leaves of each row goes into `left_`.
    Gains gains_in(const Centroids& candidates, Range range) {
        // Below this, no matter which row, a distance may be zero.
        const double unsure = 8 * rows_.score_error(rows_.cols(), rows_.largest_norm(), candidates);
        AlignedFloats scores(score_rows * panel_lanes);
        std::array<std::int64_t, score_rows> list;
        Gains gains{};
        for (std::int64_t begin = range.begin; begin < range.end; begin += score_rows) {
            const auto size = static_cast<std::size_t>(std::min(score_rows, range.end - begin));
            std::iota(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(size), begin);
            rows_.scores({list.data(), size}, candidates, {0, 1}, scores.data(), panel_lanes);
            for (std::size_t r = 0; r < size; ++r) {
                add_gains(list[r], candidates, static_cast<float>(unsure),
                          scores.data() + static_cast<std::int64_t>(r) * panel_lanes, gains);
            }
        }
        return gains;
    }

    void add_gains(std::int64_t row, const Centroids& candidates, float unsure, const float* scores, Gains& gains) {
        const auto norm = static_cast<float>(rows_.squared_norm(row));
        const float nearest = nearest_[row];
        std::array<float, panel_lanes> distances;
        int close = 0;
        for (std::size_t c = 0; c < distances.size(); ++c) {
            distances[c] = norm + 2 * scores[c];
            close |= static_cast<int>(distances[c] <= unsure);
        }
        for (std::int64_t c = 0; close != 0 && c < candidates.count(); ++c) {
            float& distance = distances[c];
            if (distance <= unsure) distance = static_cast<float>(rows_.squared_distance(row, candidates, c));
        }
        const double weight = sums_.weight(row);
        for (std::size_t c = 0; c < distances.size(); ++c) {
            distances[c] = distances[c] < nearest ? distances[c] : nearest;
            gains[c] += weight * static_cast<double>(nearest - distances[c]);
        }
        std::copy_n(distances.begin(), candidates.count(), &left_(row, 0));
    }

    void keep(Eigen::Index best) {
        parallel_blocks(rows_.rows(), weighed_rows, [&](Range range) {
            for (std::int64_t i = range.begin; i < range.end; ++i) {
                nearest_[i] = left_(i, best);
                lottery_[i] = sums_.weight(i) * static_cast<double>(left_(i, best));
            }
            lottery_.sum_block(range);
        });
    }

    const KmeansRows& rows_;
    const CentroidSums& sums_;
    const Philox& random_;
    std::int64_t trials_;
    std::uint64_t drawn_ = 0;
    std::vector<float> nearest_;  ///< squared distance of each row to the nearest taken
    DenseMatrix left_;            ///< the same with each candidate, n x trials
    Lottery lottery_;             ///< D_i; the weights, before the first draw
    std::vector<std::int64_t> taken_;
    std::vector<std::int64_t> unused_;  ///< the first at the back
};

}  // namespace

DenseMatrix plus_plus_start(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, std::uint64_t seed,
                            std::uint64_t stream, const Progress& progress) {
    const Philox random(seed, stream);
    return rows.copies(PlusPlus(rows, sums, k, random).draw(k, progress));
}

DenseMatrix random_start(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, std::uint64_t seed,
                         std::uint64_t stream) {
    const Philox random(seed, stream);
    std::vector<char> used(rows.rows());
    std::vector<std::int64_t> taken;
    for (std::uint64_t draw = 0; static_cast<std::int64_t>(taken.size()) < k; ++draw) {
        const std::uint64_t row = random.below(draw, static_cast<std::uint64_t>(rows.rows()));
        if (used[row] || !(sums.weight(static_cast<std::int64_t>(row)) > 0)) continue;
        used[row] = 1;
        taken.push_back(static_cast<std::int64_t>(row));
    }
    return rows.copies(taken);
}

}  // namespace eckart
