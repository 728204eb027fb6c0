#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/spectral/truncated_svd.h"

namespace eckart::text {

/// How many dimensions the latent space gets.
struct RankRule {
    enum class Kind {
        automatic,  ///< a tenth of the documents, within [50, 500]; no more than a third of them, or than 160 MB of
                    ///< vectors
        fixed,      ///< `rank`
        energy,     ///< the fewest that keep `energy` of the matrix, of at most what automatic may give
        profile     ///< where the profile likelihood of the spectrum is highest, of what automatic gives
    };
    Kind kind = Kind::automatic;
    std::int64_t rank = 0;
    double energy = 0;
};

/// "auto", "profile", "energy:0.3" or a number. Throws UsageError on anything else.
RankRule parse_rank_rule(std::string_view text);

/// What parse_rank_rule reads.
std::string name(const RankRule& rule);

/// Whether the rule's numbers are in range: a rank of at least 1, a share of energy in (0, 1].
bool is_possible(const RankRule& rule);

/// Dimensions to compute for so many documents; `chosen_rank` then cuts them where the rule looks at the spectrum.
std::int64_t rank_to_compute(const RankRule& rule, std::int64_t documents);

/// How many of the computed triplets the rule keeps, and why in one line.
RankChoice chosen_rank(const RankRule& rule, const TruncatedSvd& svd, std::int64_t documents);

}  // namespace eckart::text
