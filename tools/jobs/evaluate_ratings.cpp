#include "tools/jobs/evaluate_ratings.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "engine/support/error.h"
#include "recsys/evaluation/evaluation.h"
#include "tools/cli/terminal/measure_table.h"

namespace eckart::tools {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

bool of_one_value(const CsrView& matrix) {
    return std::all_of(matrix.values.begin(), matrix.values.end(),
                       [&](float value) { return value == matrix.values[0]; });
}

/// The baselines that were not named themselves, then the models given. Offsets of ratings mean nothing where there is
/// one value only.
std::vector<NamedModel> all_models(const RatingsEvaluationArguments& given, bool with_values) {
    const ModelOptions options = given.options.given();
    std::vector<NamedModel> named;
    if (given.models.empty() && !options.empty()) {
        throw UsageError("--" + options.begin()->first + " is an option of models, and --model names none");
    }
    if (!given.models.empty()) named = named_models(given.models, options);
    std::vector<NamedModel> models;
    for (const char* baseline : {"popular", "bias"}) {
        const bool is_named = std::any_of(named.begin(), named.end(),
                                          [&](const NamedModel& model) { return model.kind->name == baseline; });
        if (is_named || (!with_values && baseline == std::string("bias"))) continue;
        models.push_back({baseline, &recsys::model_kind(baseline), {}});
    }
    models.insert(models.end(), named.begin(), named.end());
    return models;
}

/// Fits and measures one model on one split.
recsys::Evaluation evaluated(Session& session, const recsys::Split& split, const NamedModel& model,
                             const recsys::EvaluationOptions& options, MeasuredModel& results) {
    const recsys::OptionValues values(model.kind->options, model.options);
    constexpr std::uint64_t rating_bytes = sizeof(float) + sizeof(std::int32_t);
    const auto ratings = static_cast<std::uint64_t>(split.train.nonzeros() + split.test.nonzeros());
    recsys::FitContext context;
    context.progress = session.progress();
    context.memory =
        session.memory_beside(rating_bytes * ratings, "evaluate");  // the fit refuses, or makes do with less
    context.seed = static_cast<std::uint64_t>(session.common.seed);

    const Clock::time_point start = Clock::now();
    const auto fitted = recsys::fit_to(split, *model.kind, values, options.positive, context);
    results.fit_seconds += seconds_since(start);
    return recsys::evaluate(*fitted.model, split, options);
}

bool ranks(const MeasuredModel& result) {
    const auto& values = result.evaluations.front().values;
    return std::any_of(values.begin(), values.end(), [](const auto& column) { return !column.empty(); });
}

/// Says what may surprise in the numbers.
void note_surprises(Session& session, const RatingsEvaluationArguments& given,
                    const std::vector<MeasuredModel>& results, bool with_values) {
    for (const MeasuredModel& result : results) {
        session.note(fmt::format("{}: fitted in {:.2f} s", result.label, result.fit_seconds));
    }
    const std::int64_t left_out = results.front().evaluations.front().left_out;
    if (left_out > 0) {
        session.note(fmt::format("{} people have no relevant rating in the test, and are not ranked for", left_out));
    }
    if (with_values && !given.ratings.positive && protocol_of(given.protocol) != "ncf" && ranks(results.front())) {
        session.note("every rating counts as a like, the lowest too; --positive says from where on one does");
    }
}

}  // namespace

void declare_ratings_evaluation(Arguments& arguments, RatingsEvaluationArguments& given) {
    arguments.option(given.models, "--model", "LIST",
                     "models to measure, with commas between; each may have options of its own: als:factors=32,ease. "
                     "popular is always beside them, and bias where ratings differ");
    arguments.offer(model_names());
    declare_ratings_arguments(arguments, given.ratings, false);
    declare_protocol_arguments(arguments, given.protocol, true);
    arguments.option(given.metrics, "--metrics", "LIST",
                     "what to measure (see below); not given: as fits the protocol");
    declare_model_arguments(arguments, given.options);
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

std::string ratings_evaluation_notes() {
    return protocol_descriptions() +
           "Measures of a person (R: their held-out ratings from --positive up, the relevant ones), averaged over the\n"
           "people who have one. All items are ranked but those known of the person; ties go to the lowest id.\n" +
           recsys::measure_formulas() +
           "low and high are a 95% interval over people: a bootstrap of the mean, for rmse and mae a linearized "
           "ratio.\n"
           "Of several splits the mean of the values and of the ends is shown, and spread, the standard deviation.\n";
}

void evaluate_ratings(Session& session, const RatingsEvaluationArguments& given) {
    const std::string metrics = given.metrics.empty() ? usual_measures(protocol_of(given.protocol)) : given.metrics;
    const recsys::EvaluationOptions options{.measures = recsys::parse_measures(metrics),
                                            .positive = given.ratings.least_like(),
                                            .progress = session.progress()};
    all_models(given, true);  // what is wrong with the models is said before any work
    const Splits splits = splits_of(given.protocol, given.ratings, session);
    std::vector<NamedModel> models;
    std::vector<MeasuredModel> results;
    bool with_values = false;
    for (std::int64_t s = 0; s < splits.count; ++s) {
        const recsys::Split split = splits.make(s);
        if (s == 0) {
            with_values = !of_one_value(split.train);
            models = all_models(given, with_values);
            for (const NamedModel& model : models) results.push_back({model.label, {}, 0});
        }
        for (std::size_t m = 0; m < models.size(); ++m) {
            results[m].evaluations.push_back(evaluated(session, split, models[m], options, results[m]));
        }
    }
    note_surprises(session, given, results, with_values);
    print_measures(session, results);
}

}  // namespace eckart::tools
