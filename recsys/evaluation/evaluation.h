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

/// What can be measured; `measure_kinds` has the names.
enum class MeasureKind { rmse, mae, recall, capped_recall, ndcg, hr, p, map, mrr, coverage, gini, novelty };

/// A measure, with its cutoff where it has one.
struct Measure {
    MeasureKind kind;
    std::int64_t k = 0;  ///< 0 for rmse, mae, map and mrr

    std::string name() const;  ///< "recall@20"
    friend bool operator==(const Measure&, const Measure&) = default;
};

/// How far down rankings map and mrr look; also the highest cutoff.
inline constexpr std::int64_t ranking_depth = 1000;

/// Reads "rmse,recall@20". Throws UsageError, naming the measures that there are, at anything else.
std::vector<Measure> parse_measures(std::string_view list);

/// What each measure is: a formula a line.
std::string measure_formulas();

struct EvaluationOptions {
    std::vector<Measure> measures;
    float positive = -std::numeric_limits<float>::infinity();  ///< a held-out rating is relevant from here on
    Progress progress = {};
};

/// A value with its 95% interval.
struct MeasuredValue {
    double value = 0;
    std::int64_t n = 0;               ///< people, predictions or items that it is of
    std::optional<double> low, high;  ///< nothing for measures of all lists together
};

/// What a model did on a split: everything from which measures and tests follow.
struct Evaluation {
    std::vector<Measure> measures;
    std::vector<std::vector<double>> values;             ///< of each measure, one a person; empty where it has no such
    std::vector<std::vector<std::int64_t>> list_counts;  ///< of each measure of all lists: lists that have item i
    std::vector<RatingErrors> errors;                    ///< one a person; empty for models without a scale
    std::int64_t left_out = 0;  ///< people with held-out ratings, none of which is relevant: not ranked for

    /// `values[m]` bootstrapped over people, with at least 1,000 resamples, errors by their linearization. Nothing if
    /// the measure is one of ratings and the model has none.
    std::optional<MeasuredValue> summary(std::size_t m, std::uint64_t seed) const;
};

/// Fits a model to a split's training part: one of likes to the entries of at least `positive`.
std::unique_ptr<Recommender> fit_to(const Split& split, const ModelKind& kind, const OptionValues& options,
                                    float positive, const FitContext& context);

/// Scores every person that has held-out ratings from what is known of them (for a model of likes, from what they
/// like), and measures:
///
/// - errors of the scores at all held-out ratings, clamped to the model's scale;
/// - the ranking of all items but those known, or of the person's candidates and nothing else, where held-out ratings
///   of at least `positive` are relevant. People without such are left out and counted. Ties go to the lowest item.
///
/// People are scored by blocks, in parallel; costs what scoring costs, and one pass over the scores. The same for any
/// number of threads. Throws UsageError if the model has other items than the split.
Evaluation evaluate(const Recommender& model, const Split& split, const EvaluationOptions& options);

}  // namespace eckart::recsys
