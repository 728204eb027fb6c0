#include "engine/factor/kmeans_assignment.h"

#include <algorithm>
#include <limits>

#include "engine/matrix/lanes.h"

namespace eckart {
namespace {

constexpr std::int64_t kTask = 2048;  // rows a task, which keeps its scores' memory
constexpr std::int64_t kBlock =
    256;  // rows whose scores are held at once: with 256 centroids, in the second-level cache
constexpr std::int64_t kChunk = 32;  // scores that are looked through together

constexpr std::int64_t padded(std::int64_t count) {
    return (count + kChunk - 1) / kChunk * kChunk;
}

/// Least of `count` scores, a multiple of kChunk.
float least(const float* scores, std::int64_t count) {
    using lanes::load;
    constexpr std::int64_t width = lanes::kWidth<float>;
    lanes::Vector<float> low[kChunk / width];
    for (std::int64_t v = 0; v < kChunk / width; ++v) low[v] = load(scores + v * width);
    for (std::int64_t j = kChunk; j < count; j += kChunk) {
#pragma GCC unroll 4
        for (std::int64_t v = 0; v < kChunk / width; ++v) {
            const auto next = load(scores + j + v * width);
            low[v] = next < low[v] ? next : low[v];
        }
    }
    float result = low[0][0];
    for (const auto& vector : low) {
        for (std::int64_t i = 0; i < width; ++i) result = std::min(result, vector[i]);
    }
    return result;
}

bool any_below(const float* scores, float bound) {
    int found = 0;
    for (std::int64_t j = 0; j < kChunk; ++j) found |= static_cast<int>(scores[j] <= bound);
    return found != 0;
}

}  // namespace

std::int32_t nearest(const KmeansRows& rows, std::int64_t row, const Centroids& centroids, const float* scores) {
    const std::int64_t count = padded(centroids.count());
    const float low = least(scores, count);
    // The nearest has a score of at most the least one, true or computed, plus both their errors.
    const auto bound = static_cast<float>((static_cast<double>(low) + 2 * rows.score_error(row, centroids)) +
                                          0x1p-22 * std::abs(static_cast<double>(low)));
    std::int64_t best = -1;
    double distance = -1;  // of `best`, computed once there is another to compare it with
    for (std::int64_t first = 0; first < count; first += kChunk) {
        if (!any_below(scores + first, bound)) continue;
        for (std::int64_t j = first; j < first + kChunk; ++j) {
            if (!(scores[j] <= bound)) continue;
            if (best < 0) {
                best = j;
                continue;
            }
            if (distance < 0) distance = rows.squared_distance(row, centroids, best);
            const double other = rows.squared_distance(row, centroids, j);
            if (other < distance) {
                best = j;
                distance = other;
            }
        }
    }
    return static_cast<std::int32_t>(best);
}

std::vector<Move> LloydStep::assign(const Centroids& centroids, std::span<const double>,
                                    std::span<std::int32_t> labels) {
    const std::int64_t n = rows_.rows(), k = centroids.count(), stride = padded(k);
    std::vector<std::vector<Move>> moves(static_cast<std::size_t>((n + kTask - 1) / kTask));
    parallel_blocks(n, kTask, [&](Range task) {
        std::vector<float> scores(static_cast<std::size_t>(std::min(kBlock, task.end - task.begin) * stride),
                                  std::numeric_limits<float>::infinity());
        for (std::int64_t begin = task.begin; begin < task.end; begin += kBlock) {
            const Range block{begin, std::min(task.end, begin + kBlock)};
            rows_.scores(block, centroids, {0, k}, scores.data(), stride);
            for (std::int64_t i = block.begin; i < block.end; ++i) {
                std::int32_t& label = labels[static_cast<std::size_t>(i)];
                const std::int32_t now = nearest(rows_, i, centroids, scores.data() + (i - begin) * stride);
                if (now != label) moves[static_cast<std::size_t>(task.begin / kTask)].push_back({i, label, now});
                label = now;
            }
        }
    });
    std::vector<Move> all;
    for (const auto& part : moves) all.insert(all.end(), part.begin(), part.end());
    return all;
}

std::vector<double> squared_distances(const KmeansRows& rows, const Centroids& centroids,
                                      std::span<const std::int32_t> labels) {
    std::vector<double> result(labels.size());
    parallel_blocks(rows.rows(), kTask, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            const auto at = static_cast<std::size_t>(i);
            result[at] = rows.squared_distance(i, centroids, labels[at]);
        }
    });
    return result;
}

}  // namespace eckart
