#pragma once

#include <cstdint>
#include <optional>

#include "engine/support/note.h"
#include "recsys/interface/recommender.h"
#include "recsys/serving/serving.h"

namespace eckart::recsys {

/// Why one item has its score.
struct Reason {
    Explanation explanation;  ///< contributions in the order of their size, whatever their sign; of equal ones by item
    /// Score and rank without the rating that raises the score most; nothing for a person without ratings.
    std::optional<Counterfactual> without = {};
};

/// The reason of the score that `model` gives to `item` for `profile`. `options` are those of the ranking that the item
/// was taken from: they decide its rank. Costs what the model's `explain` costs, and scoring all items twice. Throws as
/// `counterfactual`.
Reason reason_of(const Recommender& model, const Profile& profile, std::int32_t item, const RecommendOptions& options);

/// Sum of the contributions from number `first` on, for those who show only the first few.
double contributions_after(const Explanation& explanation, std::size_t first);

/// Whether the scores of the ranking are the model's own and can be explained, and not those of a fallback.
bool is_explained(const Recommendations& ranking, const Recommender& model);

/// A score as people are shown it: clamped to the scale of the model, if it has one and gave the score itself.
/// `source` is that of the ranking.
double shown_score(double score, const Recommender& model, std::string_view source);

/// What people should know about the scores of a ranking: that they count ratings or likes ("ranked-by-popularity"), or
/// that they only rank ("scores-only-rank"); nothing where they are ratings.
std::optional<Note> score_note(const Recommender& model, const Recommendations& ranking);

}  // namespace eckart::recsys
