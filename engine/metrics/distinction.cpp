#include "engine/metrics/distinction.h"

#include <algorithm>
#include <cmath>

#include "engine/support/error.h"
#include "engine/support/top_k.h"

// Notation of a 2 x 2 table: k of n inside the group have the feature, l of m outside; p = (k + l) / (n + m).
//   G^2 = 2 (k log (k / n p) + (n - k) log ((n - k) / n (1 - p)) + l log (l / m p) + (m - l) log ((m - l) / m (1 - p)))

namespace eckart {
namespace {

/// x ln(x / expected), which tends to 0 with x.
double surprise(double x, double expected) {
    return x > 0 ? x * std::log(x / expected) : 0;
}

std::vector<std::int64_t> group_sizes(std::span<const std::int32_t> labels, std::int64_t groups) {
    std::vector<std::int64_t> sizes(groups);
    for (const std::int32_t label : labels) {
        if (label < -1 || label >= groups) {
            throw UsageError("found the label " + std::to_string(label) + " among " + std::to_string(groups) +
                             " groups");
        }
        if (label >= 0) ++sizes[label];
    }
    return sizes;
}

/// Members of each group that have one feature, for the groups that it occurs in.
class Occurrences {
  public:
    explicit Occurrences(std::int64_t groups) : counts_(groups) {}

    void add(std::int32_t group) {
        if (counts_[group]++ == 0) met_.push_back(group);
        ++total_;
    }

    std::int64_t total() const { return total_; }

    /// Calls `visit(group, count)` and starts anew.
    template <class Visit>
    void take(const Visit& visit) {
        for (const std::int32_t group : met_) {
            auto& count = counts_[group];
            visit(group, count);
            count = 0;
        }
        met_.clear();
        total_ = 0;
    }

  private:
    std::vector<std::int64_t> counts_;
    std::vector<std::int32_t> met_;
    std::int64_t total_ = 0;
};

}  // namespace

double log_likelihood_ratio(std::int64_t inside, std::int64_t group, std::int64_t outside, std::int64_t others) {
    if (inside < 0 || outside < 0 || inside > group || outside > others) {
        throw UsageError("a part of a table must lie between 0 and its whole");
    }
    const auto a = static_cast<double>(inside), b = static_cast<double>(outside);
    const auto n = static_cast<double>(group), m = static_cast<double>(others);
    const double share = (a + b) / (n + m);
    if (!(share > 0 && share < 1)) return 0;
    const double with = surprise(a, n * share) + surprise(b, m * share);
    const double without = surprise(n - a, n * (1 - share)) + surprise(m - b, m * (1 - share));
    return std::max(0.0, 2 * (with + without));  // below 0 by roundoff only
}

std::vector<std::vector<Distinction>> distinguishing_features(const CsrView& features,
                                                              std::span<const std::int32_t> labels, std::int64_t groups,
                                                              std::int64_t count) {
    if (groups < 1 || count < 1) throw UsageError("groups and features asked for must be at least 1");
    if (static_cast<std::int64_t>(labels.size()) != features.cols) {
        throw UsageError("found " + std::to_string(labels.size()) + " labels for " + std::to_string(features.cols) +
                         " members");
    }
    const std::vector<std::int64_t> sizes = group_sizes(labels, groups);
    std::int64_t members = 0;
    for (const std::int64_t size : sizes) members += size;

    std::vector<TopK<double>> best(sizes.size(), TopK<double>(count));
    Occurrences occurrences(groups);
    const auto walk = [&](std::int32_t feature, const auto& visit) {
        for (const std::int32_t member : features.row(feature).columns) {
            const std::int32_t label = labels[member];
            if (label >= 0) occurrences.add(label);
        }
        const std::int64_t total = occurrences.total();
        occurrences.take([&](std::int32_t group, std::int64_t inside) { visit(group, inside, total - inside); });
    };
    for (std::int32_t feature = 0; feature < static_cast<std::int32_t>(features.rows); ++feature) {
        walk(feature, [&](std::int32_t group, std::int64_t inside, std::int64_t outside) {
            const std::int64_t size = sizes[group], others = members - size;
            if (static_cast<double>(inside) * static_cast<double>(others) <=
                static_cast<double>(outside) * static_cast<double>(size)) {
                return;
            }
            const double score = log_likelihood_ratio(inside, size, outside, others);
            if (score > 0) best[group].offer(feature, score);
        });
    }

    std::vector<std::vector<Distinction>> distinctions(best.size());
    for (std::size_t group = 0; group < best.size(); ++group) {
        for (const auto& [feature, score] : best[group].take()) {
            Distinction found{feature, score, 0};
            walk(feature, [&](std::int32_t other, std::int64_t inside, std::int64_t) {
                if (other == static_cast<std::int32_t>(group)) found.members = inside;
            });
            distinctions[group].push_back(found);
        }
    }
    return distinctions;
}

}  // namespace eckart
