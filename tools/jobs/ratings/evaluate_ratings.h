#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "recsys/evaluation/evaluation.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/named_models.h"
#include "tools/jobs/ratings/rating_splits.h"
#include "tools/jobs/ratings/ratings_source.h"

namespace eckart::jobs {

struct RatingsEvaluationOptions {
    std::string models = {};             ///< as named_models reads it; the baselines are measured, too
    ModelOptions options = {};           ///< of the models
    std::string metrics = {};            ///< as recsys::parse_measures reads it; empty: usual_measures
    std::optional<float> positive = {};  ///< held-out ratings from here up are relevant, and likes; nothing: all are
    /// Ratings in training that an item needs to be in a ranking; nothing: as `recommend` has it, for each model its
    /// recsys::usual_least_ratings.
    std::optional<std::int64_t> least_ratings = {};
    bool by_rating = false;  ///< whether predicted ratings alone order the items, without recsys::choice_offsets
    ProtocolOptions protocol = {};
};

/// A model with what it did on each split.
struct MeasuredModel {
    std::string label;  ///< as it was given
    std::vector<recsys::Evaluation> evaluations = {};
    double fit_seconds = 0;          ///< of all fits together
    std::int64_t least_ratings = 0;  ///< that an item needed to be ranked, on the last split, if nobody said it
};

struct RatingsEvaluation {
    std::vector<MeasuredModel> models;  ///< the baselines first; all on the same splits, one at least
    Notes notes;                        ///< "fitted", "people-without-relevant", "least-ratings", "all-are-likes"
};

/// A measure over all splits: means of the values and of the ends of their intervals.
struct SplitSummary {
    recsys::MeasuredValue mean;  ///< `n` is the sum
    double spread = 0;           ///< standard deviation of the values; 0 of one
};

/// Nothing where the model has no such measure. `seed` is of the bootstrap.
[[nodiscard]] std::optional<SplitSummary> summary_of(const std::vector<recsys::Evaluation>& evaluations,
                                                     std::size_t measure, std::uint64_t seed);

/// What is measured where nobody says it.
[[nodiscard]] std::string usual_measures(const std::string& protocol);

/// Fits and measures, on each split of the ratings, the models given and the baselines: popular, and bias where ratings
/// differ. What is ranked is what `recommend` would show with the same options. Throws UsageError where options do not
/// go together, InputError where ratings cannot be read or the parts overlap, MemoryError past the bound.
[[nodiscard]] RatingsEvaluation evaluate_ratings(const RatingsSource& source, const RatingsEvaluationOptions& options,
                                                 const Work& work);

}  // namespace eckart::jobs
