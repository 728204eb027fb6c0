#include "engine/cluster/kmeans_update.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/support/parallel.h"

// Notation, as in the header:
//   x_i, w_i   row i and its weight; m the rows' origin; c_j the centroid of cluster j
//   s_j, W_j   sum of w_i (x_i - m) and of w_i over the rows of cluster j; the new c_j is m + s_j / W_j

namespace eckart {
namespace {

constexpr std::int64_t added_rows = 4096;  // rows that one task adds up
constexpr std::size_t piece_size = 4096;   // changes of one cluster that one task adds up
constexpr double no_direction = 1e-7;      // what roundoff may leave of the mean of unit rows that cancel

/// sum_i weight(i) |x_i - m|^2, in blocks that are added in order.
template <class Weight>
double total_norm(const KmeansRows& rows, const Weight& weight) {
    std::vector<double> parts((rows.rows() + added_rows - 1) / added_rows);
    parallel_blocks(rows.rows(), added_rows, [&](Range range) {
        double sum = 0;
        for (std::int64_t i = range.begin; i < range.end; ++i) sum += weight(i) * rows.squared_norm(i);
        parts[range.begin / added_rows] = sum;
    });
    return std::accumulate(parts.begin(), parts.end(), 0.0);
}

}  // namespace

CentroidSums::CentroidSums(const KmeansRows& rows, std::span<const float> weights, std::int64_t k)
    : rows_(rows),
      weights_(weights),
      total_(total_norm(rows, [this](std::int64_t i) { return weight(i); })),
      sums_(DenseMatrixF64::Zero(k, rows.cols())),
      cluster_weights_(k),
      sizes_(k),
      moved_(k) {}

void CentroidSums::count(std::span<const Move> moves) {
    for (const Move& move : moves) {
        if (!(weight(move.row) > 0)) continue;
        if (move.from >= 0) {
            --sizes_[move.from];
            ++moved_[move.from];
        }
        ++sizes_[move.to];
        ++moved_[move.to];
    }
}

/// Clusters whose sums are to be made anew; they begin at zero.
std::vector<char> CentroidSums::begin_anew() {
    std::vector<char> anew(sizes_.size());
    for (std::size_t j = 0; j < anew.size(); ++j) {
        anew[j] = static_cast<char>(moved_[j] > 0 && 2 * moved_[j] >= sizes_[j]);
        if (!anew[j]) continue;
        moved_[j] = 0;
        sums_.row(static_cast<Eigen::Index>(j)).setZero();
        cluster_weights_[j] = 0;
    }
    return anew;
}

void CentroidSums::update(std::span<const Move> moves, std::span<const std::int32_t> labels) {
    count(moves);
    const std::vector<char> anew = begin_anew();
    const auto is_anew = [&](std::int32_t cluster) { return anew[cluster] != 0; };
    std::vector<std::vector<Change>> changes(sizes_.size());
    const auto change = [&](std::int32_t cluster, std::int64_t row, std::int32_t sign) {
        if (!(weight(row) > 0)) return;
        changes[cluster].push_back({static_cast<std::int32_t>(row), sign});
    };
    if (std::find(anew.begin(), anew.end(), 1) != anew.end()) {
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (is_anew(labels[i])) change(labels[i], static_cast<std::int64_t>(i), 1);
        }
    }
    for (const Move& move : moves) {
        if (move.from >= 0 && !is_anew(move.from)) change(move.from, move.row, -1);
        if (!is_anew(move.to)) change(move.to, move.row, 1);
    }
    apply(changes);
}

/// Adds up the changes of each cluster, those of a large one in pieces that are added in order.
void CentroidSums::apply(const std::vector<std::vector<Change>>& changes) {
    struct Piece {
        std::size_t cluster;
        std::span<const Change> changes;
        Eigen::RowVectorXd sum;
        double weight = 0;
    };
    std::vector<Piece> pieces;
    for (std::size_t j = 0; j < changes.size(); ++j) {
        const std::span<const Change> all = changes[j];
        for (std::size_t first = 0; first < all.size(); first += piece_size) {
            pieces.push_back({j, all.subspan(first, std::min(piece_size, all.size() - first)), {}});
        }
    }
    parallel_for(static_cast<std::int64_t>(pieces.size()), [&](std::int64_t i) {
        Piece& piece = pieces[i];
        const bool whole = piece.changes.size() == changes[piece.cluster].size();
        if (!whole) piece.sum.setZero(sums_.cols());
        double* sum = whole ? sums_.row(static_cast<Eigen::Index>(piece.cluster)).data() : piece.sum.data();
        for (const Change& change : piece.changes) {
            const double signed_weight = change.sign * weight(change.row);
            rows_.add(change.row, signed_weight, sum);
            piece.weight += signed_weight;
        }
    });
    for (const Piece& piece : pieces) {
        if (piece.sum.size() > 0) sums_.row(static_cast<Eigen::Index>(piece.cluster)) += piece.sum;
        cluster_weights_[piece.cluster] += piece.weight;
    }
}

double CentroidSums::objective(const Centroids& centroids) const {
    const Eigen::Map<const Eigen::RowVectorXd> origin(rows_.origin().data(), rows_.cols());
    double kept = 0;
    for (Eigen::Index j = 0; j < sums_.rows(); ++j) {
        const Eigen::RowVectorXd moved = centroids.rows().row(j).cast<double>() - origin;
        kept += 2 * sums_.row(j).dot(moved) - cluster_weights_[j] * moved.squaredNorm();
    }
    return std::max(0.0, total_ - kept);
}

Eigen::RowVectorXd CentroidSums::mean(std::int64_t j) const {
    const Eigen::Map<const Eigen::RowVectorXd> origin(rows_.origin().data(), rows_.cols());
    return sums_.row(j) / cluster_weight(j) + origin;
}

DenseMatrix CentroidSums::centroids(const DenseMatrix& before, bool spherical) const {
    DenseMatrix result = before;
    for (Eigen::Index j = 0; j < sums_.rows(); ++j) {
        if (sizes_[j] == 0) continue;
        Eigen::RowVectorXd centroid = mean(j);
        if (spherical) {
            const double length = centroid.norm();
            if (length < no_direction) continue;
            centroid /= length;
        }
        result.row(j) = centroid.cast<float>();
    }
    return result;
}

std::vector<Move> repair_empty_clusters(const KmeansRows& rows, const Centroids& centroids, const CentroidSums& sums,
                                        std::span<std::int32_t> labels) {
    std::vector<std::int64_t> sizes = sums.sizes();
    const auto empty = static_cast<std::size_t>(std::count(sizes.begin(), sizes.end(), 0));
    if (empty == 0) return {};

    std::vector<double> costs = squared_distances(rows, centroids, labels);
    for (std::size_t i = 0; i < costs.size(); ++i) costs[i] *= sums.weight(static_cast<std::int64_t>(i));
    std::vector<std::int64_t> order(costs.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) { return costs[a] > costs[b]; });
    std::vector<Move> moves;
    std::size_t to = 0;
    for (const std::int64_t row : order) {
        std::int32_t& label = labels[row];
        if (moves.size() == empty || !(costs[row] > 0)) break;
        if (sizes[label] < 2) continue;
        while (sizes[to] != 0) ++to;
        moves.push_back({row, label, static_cast<std::int32_t>(to)});
        --sizes[label];
        ++sizes[to];
        label = static_cast<std::int32_t>(to);
    }
    return moves;
}

}  // namespace eckart
