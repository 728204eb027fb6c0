#include "recsys/models/data_kind.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <numeric>

namespace eckart::recsys {
namespace {

constexpr float least_span = 5;    // of counts
constexpr double low_part = 0.25;  // of the span, that has the mean of counts

double mean_value(std::span<const float> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Whether none of the whole numbers is more frequent than `low`.
bool is_most_frequent(std::span<const float> values, float low) {
    std::map<float, std::int64_t> frequency;
    for (const float value : values) ++frequency[value];
    return std::all_of(frequency.begin(), frequency.end(),
                       [&](const auto& entry) { return entry.second <= frequency[low]; });
}

}  // namespace

DataKind data_kind(std::span<const float> values) {
    if (values.empty()) return DataKind::likes;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (*low == *high) return DataKind::likes;
    const bool whole =
        std::all_of(values.begin(), values.end(), [](float value) { return std::floor(value) == value; });
    const bool counts = whole && *low >= 1 && *high - *low >= least_span && is_most_frequent(values, *low) &&
                        mean_value(values) < static_cast<double>(*low) + low_part * static_cast<double>(*high - *low);
    return counts ? DataKind::counts : DataKind::ratings;
}

std::optional<float> like_threshold(std::span<const float> values) {
    if (data_kind(values) != DataKind::ratings) return {};
    return static_cast<float>(mean_value(values));
}

}  // namespace eckart::recsys
