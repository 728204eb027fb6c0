#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "engine/cluster/kmeans_start.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation (Steinbach, Karypis and Kumar, "A comparison of document clustering techniques", 2000):
//   x_i, w_i   row i and its weight; m the rows' origin
//   C          a cluster, of weight W = sum_C w_i and sum s = sum_C w_i (x_i - m); its mean is m + s / W
//   inertia    sum_C w_i |x_i - m|^2 - |s|^2 / W, of distances to the mean
// From one cluster of all rows, that of the largest inertia is split by 2-means until there are k.

namespace eckart {
namespace {

constexpr std::int64_t halved_rows = 960;  // rows a task, a multiple of score_rows
constexpr int split_steps = 6;             // of 2-means in a split: the clusters are but a start

/// Rows that stand together, with what a split needs of them.
struct Cluster {
    std::vector<std::int64_t> rows;
    double weight = 0;
    Eigen::VectorXd sum;  ///< of w (x - m)
    double inertia = 0;   ///< around the mean; 0 if the cluster is not to be split
};

/// What a block of rows adds to a sum of one or of two clusters.
using Halves = std::array<Cluster, 2>;

class Bisection {
  public:
    Bisection(const KmeansRows& rows, const CentroidSums& sums, const Philox& random)
        : rows_(rows), sums_(sums), random_(random), layout_(plain_layout(rows.origin(), rows.sparse(), 2)) {}

    DenseMatrix means(std::int64_t k, const Progress& progress) {
        std::vector<std::int64_t> all(rows_.rows());
        std::iota(all.begin(), all.end(), 0);
        clusters_.push_back(std::move(sorted(all, nullptr)[0]));
        while (static_cast<std::int64_t>(clusters_.size()) < k) {
            progress.report("choosing centroids", clusters_.size(), static_cast<std::uint64_t>(k));
            const auto widest = std::max_element(clusters_.begin(), clusters_.end(),
                                                 [](const auto& a, const auto& b) { return a.inertia < b.inertia; });
            split(static_cast<std::size_t>(widest - clusters_.begin()));
        }
        const Eigen::Map<const Eigen::RowVectorXd> origin(rows_.origin().data(), rows_.cols());
        DenseMatrix result(k, rows_.cols());
        for (std::size_t j = 0; j < clusters_.size(); ++j) {
            const Cluster& cluster = clusters_[j];
            result.row(static_cast<Eigen::Index>(j)) =
                (cluster.sum.transpose() / cluster.weight + origin).cast<float>();
        }
        return result;
    }

  private:
    /// Puts the halves of a cluster in its place and at the end; a cluster that cannot be split is doubled.
    void split(std::size_t which) {
        const std::vector<std::int64_t> rows = clusters_[which].rows;
        Halves halves;
        if (clusters_[which].inertia > 0) halves = two_means(rows);
        if (halves[0].weight > 0 && halves[1].weight > 0) {
            clusters_[which] = std::move(halves[0]);
            clusters_.push_back(std::move(halves[1]));
        } else {
            clusters_[which].inertia = 0;
            if (std::none_of(clusters_.begin(), clusters_.end(), [](const auto& c) { return c.inertia > 0; })) {
                clusters_.push_back(clusters_[which]);
            }
        }
    }

    Halves two_means(const std::vector<std::int64_t>& rows) {
        DenseMatrix pair = seeds(rows);
        Halves halves;
        const Eigen::Map<const Eigen::RowVectorXd> origin(rows_.origin().data(), rows_.cols());
        for (int i = 0; i < split_steps; ++i) {
            halves = sorted(rows, &pair);
            for (std::size_t side = 0; side < 2; ++side) {
                if (!(halves[side].weight > 0)) return halves;
                pair.row(static_cast<Eigen::Index>(side)) =
                    (halves[side].sum.transpose() / halves[side].weight + origin).cast<float>();
            }
        }
        return halves;
    }

    /// A row drawn by weight, and one drawn by weight times squared distance to it.
    DenseMatrix seeds(const std::vector<std::int64_t>& rows) {
        std::vector<double> chances(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) chances[i] = sums_.weight(rows[i]);
        std::vector<std::int64_t> pair = {rows[drawn(chances)]};
        const CentroidLayout single = plain_layout(rows_.origin(), rows_.sparse(), 1);
        const Centroids first(rows_.copies(pair), single);
        parallel_blocks(static_cast<std::int64_t>(rows.size()), halved_rows, [&](Range range) {
            for (std::int64_t i = range.begin; i < range.end; ++i) {
                chances[i] *= rows_.squared_distance(rows[i], first, 0);
            }
        });
        pair.push_back(rows[drawn(chances)]);
        return rows_.copies(pair);
    }

    /// A place drawn in proportion to its chance; the first if all are zero.
    std::size_t drawn(const std::vector<double>& chances) {
        double left = random_.uniform(next_++) * std::accumulate(chances.begin(), chances.end(), 0.0);
        std::size_t last = 0;
        for (std::size_t i = 0; i < chances.size(); ++i) {
            if (!(chances[i] > 0)) continue;
            last = i;
            if (left < chances[i]) break;
            left -= chances[i];
        }
        return last;
    }

    /// Each row with the nearer of a pair (all with the first, if there is none), and what the halves weigh.
    Halves sorted(const std::vector<std::int64_t>& rows, const DenseMatrix* pair) const {
        const auto size = static_cast<std::int64_t>(rows.size());
        std::vector<Halves> parts((size + halved_rows - 1) / halved_rows);
        std::optional<Centroids> centroids;
        if (pair != nullptr) centroids.emplace(*pair, layout_);
        parallel_blocks(size, halved_rows, [&](Range range) {
            const std::span<const std::int64_t> list(rows.data() + range.begin,
                                                     static_cast<std::size_t>(range.end - range.begin));
            AlignedFloats scores(centroids ? (range.end - range.begin) * panel_lanes : 0);
            if (centroids) rows_.scores(list, *centroids, {0, 1}, scores.data(), panel_lanes);
            Halves& part = parts[range.begin / halved_rows];
            for (Cluster& half : part) half.sum = Eigen::VectorXd::Zero(rows_.cols());
            for (std::size_t i = 0; i < list.size(); ++i) {
                const float* score = scores.data() + static_cast<std::int64_t>(i) * panel_lanes;
                put(part[centroids && score[1] < score[0] ? 1 : 0], list[i]);
            }
        });
        for (std::size_t i = 1; i < parts.size(); ++i) {
            for (std::size_t side = 0; side < 2; ++side) join(parts[0][side], parts[i][side]);
        }
        for (Cluster& half : parts[0]) {
            if (half.weight > 0) half.inertia = std::max(0.0, half.inertia - half.sum.squaredNorm() / half.weight);
        }
        return std::move(parts[0]);
    }

    void put(Cluster& half, std::int64_t row) const {
        const double weight = sums_.weight(row);
        half.rows.push_back(row);
        half.weight += weight;
        half.inertia += weight * rows_.squared_norm(row);
        if (weight > 0) rows_.add(row, weight, half.sum.data());
    }

    static void join(Cluster& to, const Cluster& from) {
        to.rows.insert(to.rows.end(), from.rows.begin(), from.rows.end());
        to.weight += from.weight;
        to.inertia += from.inertia;
        to.sum += from.sum;
    }

    const KmeansRows& rows_;
    const CentroidSums& sums_;
    const Philox& random_;
    std::uint64_t next_ = 0;
    CentroidLayout layout_;
    std::vector<Cluster> clusters_;
};

}  // namespace

DenseMatrix bisecting_start(const KmeansRows& rows, const CentroidSums& sums, std::int64_t k, std::uint64_t seed,
                            std::uint64_t stream, const Progress& progress) {
    const Philox random(seed, stream);
    return Bisection(rows, sums, random).means(k, progress);
}

}  // namespace eckart
