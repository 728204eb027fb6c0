#include "engine/factor/kmeans_start.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

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

/// The draws of k-means++.
class PlusPlus {
  public:
    PlusPlus(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, const Philox& random)
        : rows_(rows),
          sums_(sums),
          random_(random),
          trials_(2 + static_cast<std::int64_t>(std::log(static_cast<double>(k)))),
          nearest_(static_cast<std::size_t>(rows.rows()), std::numeric_limits<float>::max()),
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
        fill_lottery([](std::int64_t) { return 1.0F; });
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
            for (const std::int64_t row : taken_) used[static_cast<std::size_t>(row)] = 1;
            for (std::int64_t i = rows_.rows(); i-- > 0;) {
                if (!used[static_cast<std::size_t>(i)] && sums_.weight(i) > 0) unused_.push_back(i);
            }
        }
        taken_.push_back(unused_.back());
        unused_.pop_back();
    }

    /// Takes the candidate that leaves the least potential.
    void take(const std::vector<std::int64_t>& candidates) {
        const auto count = static_cast<std::int64_t>(candidates.size());
        const CentroidLayout layout = plain_layout(rows_.origin(), rows_.sparse(), count);
        const Centroids copies(rows_.copies(candidates), layout);
        DenseMatrix left(rows_.rows(), count);  // D_i after each candidate, without the weight
        const Eigen::VectorXd potentials = potentials_after(copies, left);
        Eigen::Index best = 0;
        potentials.minCoeff(&best);
        fill_lottery([&](std::int64_t i) { return nearest_[static_cast<std::size_t>(i)] = left(i, best); });
        taken_.push_back(candidates[static_cast<std::size_t>(best)]);
    }

    template <class Value>
    void fill_lottery(const Value& value) {
        parallel_blocks(rows_.rows(), kBlock, [&](Range range) {
            for (std::int64_t i = range.begin; i < range.end; ++i) {
                lottery_[i] = sums_.weight(i) * static_cast<double>(value(i));
            }
            lottery_.sum_block(range);
        });
    }

    Eigen::VectorXd potentials_after(const Centroids& candidates, DenseMatrix& left) const {
        std::vector<Eigen::VectorXd> parts(static_cast<std::size_t>(blocks_of(rows_.rows())));
        parallel_blocks(rows_.rows(), kBlock, [&](Range range) {
            parts[static_cast<std::size_t>(range.begin / kBlock)] = potentials_of_block(candidates, range, left);
        });
        for (std::size_t i = 1; i < parts.size(); ++i) parts[0] += parts[i];
        return parts[0];
    }

    Eigen::VectorXd potentials_of_block(const Centroids& candidates, Range range, DenseMatrix& left) const {
        const std::int64_t count = candidates.count(), stride = candidates.panels() * panel_lanes;
        AlignedFloats scores(score_rows * stride);
        std::vector<std::int64_t> list;
        Eigen::VectorXd potentials = Eigen::VectorXd::Zero(count);
        for (std::int64_t begin = range.begin; begin < range.end; begin += score_rows) {
            list.resize(static_cast<std::size_t>(std::min(score_rows, range.end - begin)));
            std::iota(list.begin(), list.end(), begin);
            rows_.scores(list, candidates, {0, candidates.panels()}, scores.data(), stride);
            for (const std::int64_t i : list) {
                const double norm = rows_.squared_norm(i), unsure = 8 * rows_.score_error(i, candidates);
                const float nearest = nearest_[static_cast<std::size_t>(i)];
                for (std::int64_t c = 0; c < count; ++c) {
                    double distance = norm + 2 * static_cast<double>(scores[(i - begin) * stride + c]);
                    // So that rows equal to a candidate are at zero.
                    if (distance <= unsure) distance = rows_.squared_distance(i, candidates, c);
                    left(i, c) = std::min(nearest, static_cast<float>(distance));
                    potentials(c) += sums_.weight(i) * static_cast<double>(left(i, c));
                }
            }
        }
        return potentials;
    }

    const KmeansRows& rows_;
    const CentroidSums& sums_;
    const Philox& random_;
    std::int64_t trials_;
    std::uint64_t drawn_ = 0;
    std::vector<float> nearest_;  ///< squared distance of each row to the nearest taken
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
    std::vector<char> used(static_cast<std::size_t>(rows.rows()));
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
