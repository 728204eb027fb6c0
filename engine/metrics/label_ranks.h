#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace eckart {

/// Labels as ranks among the distinct ones, from 0.
struct LabelRanks {
    std::vector<std::size_t> ranks;    ///< one a member
    std::vector<std::int64_t> counts;  ///< members of each rank, at least 1
};

inline LabelRanks label_ranks(std::span<const std::int32_t> labels) {
    std::vector<std::int32_t> distinct(labels.begin(), labels.end());
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    LabelRanks result{{}, std::vector<std::int64_t>(distinct.size(), 0)};
    result.ranks.reserve(labels.size());
    for (const std::int32_t label : labels) {
        const auto at = std::lower_bound(distinct.begin(), distinct.end(), label) - distinct.begin();
        result.ranks.push_back(static_cast<std::size_t>(at));
        ++result.counts[result.ranks.back()];
    }
    return result;
}

}  // namespace eckart
