#include "engine/metrics/coverage.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace eckart {

double catalog_coverage(std::span<const std::int64_t> counts) {
    if (counts.empty()) return 0;
    const auto covered = std::count_if(counts.begin(), counts.end(), [](std::int64_t count) { return count > 0; });
    return static_cast<double>(covered) / static_cast<double>(counts.size());
}

double gini(std::span<const std::int64_t> counts) {
    std::vector<std::int64_t> sorted(counts.begin(), counts.end());
    std::sort(sorted.begin(), sorted.end());
    const auto n = static_cast<double>(sorted.size());
    double sum = 0, weighted = 0;
    for (std::size_t j = 0; j < sorted.size(); ++j) {
        const auto count = static_cast<double>(sorted[j]);
        sum += count;
        weighted += (2 * static_cast<double>(j) + 1 - n) * count;  // 2 (j + 1) - n - 1
    }
    return sum > 0 ? weighted / (n * sum) : 0;
}

double self_information(std::int64_t count, std::int64_t people) {
    const auto known = static_cast<double>(std::max<std::int64_t>(count, 1));
    return std::log2(std::max(1.0, static_cast<double>(people) / known));
}

}  // namespace eckart
