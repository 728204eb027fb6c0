#include "tools/jobs/ratings/evaluate_ratings.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/interface/shown_items.h"

namespace eckart::jobs {
namespace {

using Clock = std::chrono::steady_clock;

bool of_one_value(const CsrView& matrix) {
    return std::all_of(matrix.values.begin(), matrix.values.end(),
                       [&](float value) { return value == matrix.values[0]; });
}

/// The baselines that were not named themselves, then the models given. Offsets of ratings mean nothing where there is
/// one value only.
std::vector<NamedModel> all_models(const RatingsEvaluationOptions& given, bool with_values) {
    std::vector<NamedModel> named;
    if (given.models.empty() && !given.options.empty()) {
        throw UsageError(given.options.begin()->first + " is an option of models, and no model is named");
    }
    if (!given.models.empty()) named = named_models(given.models, given.options);
    std::vector<NamedModel> models;
    for (const std::string baseline : {"popular", "bias"}) {
        const bool is_named = std::any_of(named.begin(), named.end(),
                                          [&](const NamedModel& model) { return model.kind->name == baseline; });
        if (is_named || (!with_values && baseline == "bias")) continue;
        models.push_back({baseline, &recsys::model_kind(baseline), {}});
    }
    models.insert(models.end(), named.begin(), named.end());
    return models;
}

/// Users with training ratings.
std::int64_t training_users(const CsrView& train) {
    std::int64_t users = 0;
    for (std::int64_t row = 0; row < train.rows; ++row) users += recsys::profile_of(train, row).empty() ? 0 : 1;
    return users;
}

/// Fits and measures one model on one split.
void evaluate_one(const recsys::Split& split, const NamedModel& model, const recsys::EvaluationOptions& options,
                  const Work& work, MeasuredModel& results) {
    const recsys::OptionValues values(model.kind->options, model.options);
    constexpr std::uint64_t rating_bytes = sizeof(float) + sizeof(std::int32_t);
    const auto ratings = static_cast<std::uint64_t>(split.train.nonzeros() + split.test.nonzeros());
    recsys::FitContext context;
    context.progress = work.progress;
    context.memory = work.memory_beside(rating_bytes * ratings, "evaluate");  // the fit refuses, or makes do with less
    context.seed = work.seed;

    const Clock::time_point start = Clock::now();
    const auto fitted = recsys::fit_to(split, *model.kind, values, options.positive, context);
    results.fit_seconds += std::chrono::duration<double>(Clock::now() - start).count();
    if (!options.least_ratings && split.candidates.rows == 0) {
        results.least_ratings = recsys::usual_least_ratings(*fitted.model, training_users(split.train));
    }
    results.evaluations.push_back(recsys::evaluate(*fitted.model, split, options));
}

bool ranks(const MeasuredModel& result) {
    const auto& values = result.evaluations.front().values;
    return std::any_of(values.begin(), values.end(), [](const auto& column) { return !column.empty(); });
}

/// Says what may surprise in the numbers.
Notes notes_on(const std::vector<MeasuredModel>& results, const RatingsEvaluationOptions& given, bool with_values) {
    Notes notes;
    for (const MeasuredModel& result : results) {
        notes.push_back({"fitted", fmt::format("{}: fitted in {:.2f} s", result.label, result.fit_seconds)});
    }
    const std::int64_t left_out = results.front().evaluations.front().left_out;
    if (left_out > 0) {
        notes.push_back({"people-without-relevant",
                         left_out == 1
                             ? "1 person has no relevant rating in the test and is skipped"
                             : fmt::format("{} people have no relevant rating in the test and are skipped", left_out)});
    }
    std::int64_t least = 0;
    for (const MeasuredModel& result : results) least = std::max(least, result.least_ratings);
    if (least > 0 && ranks(results.front())) {
        notes.push_back(
            {"least-ratings",
             fmt::format("models of ratings rank only items with {} or more ratings, as recommend does; use "
                         "--least-ratings 0 to rank all items",
                         least)});
    }
    if (with_values && !given.positive && protocol_of(given.protocol) != "ncf" && ranks(results.front())) {
        notes.push_back(
            {"all-are-likes", "all ratings count as likes; use --positive 4 to count only ratings of 4 and more"});
    }
    return notes;
}

}  // namespace

std::optional<SplitSummary> summary_of(const std::vector<recsys::Evaluation>& evaluations, std::size_t measure,
                                       std::uint64_t seed) {
    SplitSummary summary;
    std::vector<double> values;
    const auto count = static_cast<double>(evaluations.size());
    for (const recsys::Evaluation& evaluation : evaluations) {
        const auto one = evaluation.summary(measure, seed);
        if (!one) return {};
        values.push_back(one->value);
        summary.mean.value += one->value / count;
        summary.mean.n += one->n;
        if (one->low) summary.mean.low = summary.mean.low.value_or(0) + *one->low / count;
        if (one->high) summary.mean.high = summary.mean.high.value_or(0) + *one->high / count;
    }
    double squares = 0;
    for (const double value : values) squares += (value - summary.mean.value) * (value - summary.mean.value);
    if (values.size() > 1) summary.spread = std::sqrt(squares / (count - 1));
    return summary;
}

std::string usual_measures(const std::string& protocol) {
    if (protocol == "ncf") return "hr@10,ndcg@10,mrr";
    if (protocol == "leave-one-out") return "hr@10,ndcg@10,mrr,coverage@10,gini@10,novelty@10";
    if (protocol == "strong") {
        return "capped-recall@20,capped-recall@50,ndcg@100,recall@20,coverage@20,gini@20,novelty@20";
    }
    if (protocol == "lists") return "recall@20,ndcg@20,hr@20,map,coverage@20,gini@20,novelty@20";
    return "rmse,mae,p@10,recall@20,ndcg@10,map,mrr,coverage@10,gini@10,novelty@10";
}

RatingsEvaluation evaluate_ratings(const RatingsSource& source, const RatingsEvaluationOptions& options,
                                   const Work& work) {
    const ThreadLimit threads(work.threads);
    const std::string metrics =
        options.metrics.empty() ? usual_measures(protocol_of(options.protocol)) : options.metrics;
    const recsys::EvaluationOptions how{.measures = recsys::parse_measures(metrics),
                                        .positive = options.positive.value_or(-std::numeric_limits<float>::infinity()),
                                        .least_ratings = options.least_ratings,
                                        .by_rating = options.by_rating,
                                        .progress = work.progress};
    static_cast<void>(all_models(options, true));  // what is wrong with the models is said before any work
    const Splits splits = splits_of(options.protocol, source, options.positive, work);
    std::vector<NamedModel> models;
    RatingsEvaluation result;
    bool with_values = false;
    for (std::int64_t s = 0; s < splits.count; ++s) {
        const recsys::Split split = splits.make(s);
        if (s == 0) {
            with_values = !of_one_value(split.train);
            models = all_models(options, with_values);
            for (const NamedModel& model : models) result.models.push_back({model.label});
        }
        for (std::size_t m = 0; m < models.size(); ++m) evaluate_one(split, models[m], how, work, result.models[m]);
    }
    result.notes = notes_on(result.models, options, with_values);
    return result;
}

}  // namespace eckart::jobs
