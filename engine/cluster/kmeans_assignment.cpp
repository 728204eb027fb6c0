#include "engine/cluster/kmeans_assignment.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace eckart {
namespace {

constexpr std::int64_t rows_a_task = 1920;  // rows a task, a multiple of score_rows

/// The nearest of the centroids whose scores are `bound` or less.
std::int32_t nearest_exactly(const KmeansRows& rows, std::int64_t row, const Centroids& centroids, const float* scores,
                             double bound) {
    std::int32_t best = -1;
    double least = 0;
    for (std::int64_t lane = 0; lane < centroids.panels() * panel_lanes; ++lane) {
        const std::int32_t j = centroids.at_lane(lane);
        if (j < 0 || static_cast<double>(scores[lane]) > bound) continue;
        const double distance = rows.squared_distance(row, centroids, j);
        if (best >= 0 && (distance > least || (distance == least && best < j))) continue;
        best = j;
        least = distance;
    }
    return best;
}

}  // namespace

void nearest(const KmeansRows& rows, std::span<const std::int64_t> list, const Centroids& centroids,
             const float* scores, std::int64_t stride, std::span<std::int32_t> labels) {
    std::array<TwoLeast, score_rows> least;
    for (std::size_t first = 0; first < list.size(); first += score_rows) {
        const std::size_t count = std::min<std::size_t>(score_rows, list.size() - first);
        const float* from = scores + static_cast<std::int64_t>(first) * stride;
        two_least(from, static_cast<std::int64_t>(count), stride, centroids.panels(), least.data());
        for (std::size_t r = 0; r < count; ++r, from += stride) {
            const std::int64_t row = list[first + r];
            // The nearest has a computed score of at most the least one and twice the error.
            const double bound = static_cast<double>(least[r].least) + 2 * rows.score_error(row, centroids);
            labels[first + r] = static_cast<double>(least[r].second) > bound
                                    ? centroids.at_lane(least[r].place)
                                    : nearest_exactly(rows, row, centroids, from, bound);
        }
    }
}

std::vector<Move> LloydStep::assign(const Centroids& centroids, std::span<const double>,
                                    std::span<std::int32_t> labels) {
    const std::int64_t n = rows_.rows(), stride = centroids.panels() * panel_lanes;
    std::vector<std::vector<Move>> moves((n + rows_a_task - 1) / rows_a_task);
    parallel_blocks(n, rows_a_task, [&](Range task) {
        AlignedFloats scores(score_rows * stride);
        std::array<std::int64_t, score_rows> list;
        std::array<std::int32_t, score_rows> found;
        for (std::int64_t begin = task.begin; begin < task.end; begin += score_rows) {
            const auto count = static_cast<std::size_t>(std::min(score_rows, task.end - begin));
            const std::span<std::int64_t> block(list.data(), count);
            std::iota(block.begin(), block.end(), begin);
            rows_.scores(block, centroids, {0, centroids.panels()}, scores.data(), stride);
            nearest(rows_, block, centroids, scores.data(), stride, found);
            for (std::size_t r = 0; r < count; ++r) {
                std::int32_t& label = labels[block[r]];
                if (label == found[r]) continue;
                moves[task.begin / rows_a_task].push_back({block[r], label, found[r]});
                label = found[r];
            }
        }
    });
    return joined(moves);
}

std::vector<Move> joined(std::span<const std::vector<Move>> parts) {
    std::vector<Move> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::vector<double> squared_distances(const KmeansRows& rows, const Centroids& centroids,
                                      std::span<const std::int32_t> labels) {
    std::vector<double> result(labels.size());
    parallel_blocks(rows.rows(), rows_a_task, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            result[i] = rows.squared_distance(i, centroids, labels[i]);
        }
    });
    return result;
}

}  // namespace eckart
