#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"

namespace eckart {

/// A feature that members of a group have more often than others do.
struct Distinction {
    std::int32_t feature;
    double score;          ///< see log_likelihood_ratio
    std::int64_t members;  ///< of the group that have it
};

/// G^2, the log-likelihood ratio of the hypothesis that a feature is as frequent in a group as outside of it (Dunning,
/// "Accurate methods for the statistics of surprise and coincidence", Computational Linguistics 19(1), 1993), from a 2
/// x 2 table: `inside` of the `group` members have it, and `outside` of the `others`. 0 where the shares are equal, and
/// where a side is empty. Throws UsageError if a part is larger than its whole or below 0.
double log_likelihood_ratio(std::int64_t inside, std::int64_t group, std::int64_t outside, std::int64_t others);

/// For each of `groups` groups the `count` features that distinguish it best: those more frequent in it than outside,
/// by falling log_likelihood_ratio, ties by the lowest feature. A member has a feature if the matrix (features x
/// members) has an entry there; labels[m] is the member's group, or -1 for a member that does not count. So many
/// features may be fewer, down to none.
///
/// Costs one pass over the entries; memory O(groups count). Throws UsageError if a label is no group or the lengths
/// differ.
std::vector<std::vector<Distinction>> distinguishing_features(const CsrView& features,
                                                              std::span<const std::int32_t> labels, std::int64_t groups,
                                                              std::int64_t count);

}  // namespace eckart
