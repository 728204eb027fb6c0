#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/metrics/rating.h"
#include "engine/metrics/significance.h"
#include "engine/support/progress.h"
#include "recsys/evaluation/protocols.h"
#include "recsys/interface/model_kind.h"
#include "recsys/interface/recommender.h"

namespace eckart::recsys {

/// What can be measured.
enum class MeasureKind { rmse, mae, recall, capped_recall, ndcg, hr, p, map, mrr, coverage, gini, novelty };

/// A measure, with its cutoff where it has one.
struct Measure {
    MeasureKind kind;
    std::int64_t k = 0;  ///< 0 for rmse, mae, map and mrr

    std::string name() const;  ///< "recall@20"
    friend bool operator==(const Measure&, const Measure&) = default;
};

/// Number of ranks that map and mrr look at; also the highest cutoff.
inline constexpr std::int64_t ranking_depth = 1000;

/// Reads "rmse,recall@20". Throws UsageError, listing the measures, at anything else.
std::vector<Measure> parse_measures(std::string_view list);

/// The formula of each measure, one a line.
std::string measure_formulas();

struct EvaluationOptions {
    std::vector<Measure> measures;
    float positive = -std::numeric_limits<float>::infinity();  ///< a held-out rating is relevant from here on
    std::optional<float> known_from = {};  ///< from here on a known rating is one that a model of likes scores a person
                                           ///< from; nothing: from `positive` on
    /// Number of training ratings that an item needs to be ranked; nothing: what `recommend` needs, usual_least_ratings
    /// of the model and the users with training ratings, and 0 among candidates.
    std::optional<std::int64_t> least_ratings = {};
    bool by_rating = false;  ///< whether predicted ratings alone order the items, without choice_offsets
    Progress progress = {};
};

/// A value with its 95% interval.
struct MeasuredValue {
    double value = 0;
    std::int64_t n = 0;               ///< number of people, predictions or items that it is of
    std::optional<double> low, high;  ///< nothing for measures of all lists together
};

/// The results of a model on a split, from which measures and tests follow.
struct Evaluation {
    std::vector<Measure> measures;
    std::vector<std::vector<double>> values;             ///< of each measure, one a person; empty where it has no such
    std::vector<std::vector<std::int64_t>> list_counts;  ///< of each measure of all lists: lists that have item i
    std::vector<RatingErrors> errors;                    ///< one a person; empty for models without a scale
    std::int64_t left_out = 0;  ///< people with held-out ratings of which none is relevant: not ranked

    /// Measure m with its interval: bootstrapped over people with at least 1,000 resamples, of errors linearized.
    /// Nothing if it is a measure of predicted ratings and the model predicts none.
    std::optional<MeasuredValue> summary(std::size_t m, std::uint64_t seed) const;
};

/// Fits a model to the training part of a split: a model of likes to its entries of at least `positive`.
Fitted fit_to(const Split& split, const ModelKind& kind, const OptionValues& options, float positive,
              const FitContext& context);

/// Scores every person that has held-out ratings from what is known of them (for a model of likes, from what they
/// like), and measures:
///
/// - errors of the scores at all held-out ratings, clamped to the model's scale;
/// - the ranking that `recommend` would show, where held-out ratings of at least `positive` are relevant. People
/// without
///   such are left out and counted.
///
/// What is ranked is what `recommend` ranks with a store of the same model, by the same functions (shown_items.h): all
/// items, or the person's candidates, but those that are known of the person, liked or not, those with fewer than
/// `least_ratings` training ratings, and those whose score is not finite; by the model's scores, or by popularity for a
/// person of whom the model knows nothing. Ties go to the lowest item. So a relevant item that `recommend` would not
/// show counts as not found.
///
/// People are scored by blocks, in parallel; costs what scoring costs, and one pass over the scores. The same for any
/// number of threads. Throws UsageError if the model has other items than the split.
Evaluation evaluate(const Recommender& model, const Split& split, const EvaluationOptions& options);

}  // namespace eckart::recsys
