#include "text/query/top_groups.h"

#include <unordered_set>

namespace eckart::text {
namespace {

constexpr std::size_t usual_copies = 16;  // among the first hits: more are looked for where these do not suffice

}  // namespace

std::vector<Scored<float>> top_groups(std::span<const float> scores, std::size_t count, const CopyGroups& copies,
                                      std::int64_t left_out) {
    for (std::size_t asked = count + usual_copies;; asked *= 2) {
        std::vector<Scored<float>> groups;
        std::unordered_set<std::int32_t> seen;
        const auto ranked = top_k<float>(scores, asked);
        for (const Scored<float>& top : ranked) {
            if (groups.size() == count) break;
            if (top.index != left_out && seen.insert(copies.representative(top.index)).second) groups.push_back(top);
        }
        if (groups.size() == count || ranked.size() < asked) return groups;
    }
}

}  // namespace eckart::text
