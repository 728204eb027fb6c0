#include "text/query/top_groups.h"

#include <unordered_set>

namespace eckart::text {
namespace {

constexpr std::size_t usual_copies = 16;  // among the first hits
constexpr std::size_t growth = 8;         // of the rows asked for, where these do not suffice

}  // namespace

std::vector<Scored<float>> top_groups(const Best& best, std::size_t count, const CopyGroups& copies,
                                      std::int64_t left_out) {
    for (std::size_t asked = count + usual_copies;; asked *= growth) {
        std::vector<Scored<float>> groups;
        std::unordered_set<std::int32_t> seen;
        const auto ranked = best(asked);
        for (const Scored<float>& top : ranked) {
            if (groups.size() == count) break;
            if (top.index != left_out && seen.insert(copies.representative(top.index)).second) groups.push_back(top);
        }
        if (groups.size() == count || ranked.size() < asked) return groups;
    }
}

}  // namespace eckart::text
