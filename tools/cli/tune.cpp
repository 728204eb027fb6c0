#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "recsys/evaluation.h"
#include "tools/cli/model_arguments.h"
#include "tools/cli/rating_splits.h"
#include "tools/cli/tune_journal.h"
#include "tools/cli/tuned_trials.h"

namespace eckart::tools {
namespace {

using Clock = std::chrono::steady_clock;

struct TuneArguments {
    RatingsArguments ratings;
    ProtocolArguments protocol;
    ModelArguments options;
    std::string model;
    std::string budget = "30";
    std::string metric;
    std::string journal;
    bool resume = false;
    bool whole = false;
};

void declare(Arguments& arguments, TuneArguments& given) {
    declare_ratings_arguments(arguments, given.ratings);
    arguments.option(given.model, "--model", "NAME", "the model whose options are searched", true);
    arguments.option(given.budget, "--budget", "N|TIME",
                     "trials to make, or the time to begin trials in: 90s, 10m, 2h");
    arguments.option(given.metric, "--metric", "NAME", "what decides, as evaluate calls it; not given: as fits");
    declare_protocol_arguments(arguments, given.protocol, false);
    arguments.flag(given.whole, "--whole", "RATINGS are for training, and a test lies elsewhere: set none aside");
    arguments.option(given.journal, "--journal", "FILE", "keep the trials in this file, so that --resume can go on");
    arguments.flag(given.resume, "--resume", "go on with the search that --journal holds");
    declare_model_arguments(arguments, given.options);
}

/// What decides where --metric does not say it.
recsys::Measure measure_of(const TuneArguments& given, const recsys::ModelKind& kind) {
    const std::string protocol = protocol_of(given.protocol);
    std::string name = given.metric;
    if (name.empty() && protocol == "strong") name = "ndcg@100";
    if (name.empty() && protocol == "lists") name = "ndcg@20";
    if (name.empty()) name = kind.of_likes || protocol == "leave-one-out" ? "ndcg@10" : "rmse";
    const auto measures = recsys::parse_measures(name);
    if (measures.size() != 1) throw UsageError("--metric: found \"" + name + "\", expected one measure");
    const bool of_ratings = name == "rmse" || name == "mae";
    if (of_ratings && kind.of_likes) throw UsageError("--metric " + name + ": " + kind.name + " predicts no ratings");
    return measures[0];
}

/// Training and validation data; what evaluate would test with, with the same protocol and seed, is in neither.
recsys::Split data_of(const TuneArguments& given, const recsys::Ratings& ratings, std::uint64_t seed) {
    const bool strong = protocol_of(given.protocol) == "strong";
    if (given.whole || strong) return validation_split(given.protocol, ratings.user_item, ratings.times, seed);
    const recsys::Split outer = training_split(given.protocol, ratings.user_item, ratings.times, seed);
    return validation_split(given.protocol, outer.train, outer.train_times, seed);
}

/// One fit, measured. A fit that fails for a fault of its options is a trial without a value.
recsys::Trial tried(Session& session, const recsys::ModelKind& kind, const recsys::Split& split,
                    const std::map<std::string, std::string>& chosen, const recsys::EvaluationOptions& options) {
    const Clock::time_point start = Clock::now();
    recsys::Trial trial{chosen, {}, 0};
    recsys::FitContext context;
    context.progress = session.progress();
    context.memory = session.memory;
    context.seed = static_cast<std::uint64_t>(session.common.seed);
    try {
        const recsys::OptionValues values(kind.options, chosen);
        const auto model = recsys::fit_to(split, kind, values, options.positive, context);
        const auto measured = recsys::evaluate(*model, split, options).summary(0, context.seed);
        if (measured && measured->n > 0) trial.value = measured->value;
    } catch (const InterruptedError&) {
        throw;
    } catch (const Error& error) {
        session.note(fmt::format("{} {}: {}", kind.name, option_words(chosen), error.what()));
    }
    trial.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return trial;
}

nlohmann::ordered_json subject_of(const TuneArguments& given, const recsys::Split& split, const std::string& metric,
                                  std::uint64_t seed) {
    return {{"model", given.model},
            {"metric", metric},
            {"protocol", protocol_of(given.protocol)},
            {"seed", seed},
            {"fixed", given.options.given()},
            {"training", {split.train.rows, split.train.cols, split.train.nonzeros()}},
            {"validation", split.test.nonzeros()}};
}

void run(Session& session, TuneArguments& given) {
    const auto kind = named_models(given.model, given.options.given()).at(0);
    if (kind.label != kind.kind->name)
        throw UsageError("--model: tune takes one model, its options by their own names");
    const recsys::Measure measure = measure_of(given, *kind.kind);
    const bool lower_is_better = measure.kind == recsys::MeasureKind::rmse ||
                                 measure.kind == recsys::MeasureKind::mae || measure.kind == recsys::MeasureKind::gini;
    const TuneBudget budget = parse_budget(given.budget);
    const auto seed = static_cast<std::uint64_t>(session.common.seed);
    recsys::OptionSearch search(*kind.kind, {kind.options, lower_is_better, seed});
    if (!search.any_range()) throw UsageError(kind.label + " has no option left to search");

    recsys::Ratings ratings = read_ratings(given.ratings, session);
    if (protocol_of(given.protocol) == "strong") {
        ratings.user_item = recsys::entries_from(ratings.user_item, given.ratings.least_like());
    }
    const recsys::Split split = data_of(given, ratings, seed);
    const TuneJournal journal(given.journal, subject_of(given, split, measure.name(), seed), given.resume, search);
    const recsys::EvaluationOptions options{
        .measures = {measure}, .positive = given.ratings.least_like(), .progress = session.progress()};

    const Clock::time_point start = Clock::now();
    bool interrupted = false;
    while (!interrupted && !budget.is_spent(search.trials().size(), Clock::now() - start)) {
        try {
            search.add(tried(session, *kind.kind, split, search.next(), options));
            journal.add(search.trials().back());
            note_trial(session, search, measure.name());
        } catch (const InterruptedError&) {
            interrupted = true;
        }
    }
    if (search.best()) {
        const auto& winner = search.trials()[*search.best()].options;
        print_trials(session, search, measure.name(), lower_is_better,
                     train_command_line(given.ratings, kind.label, winner));
    } else if (!interrupted) {
        throw UsageError("no trial of " + kind.label + " gave a value");
    }
    if (interrupted) throw InterruptedError();
}

}  // namespace

Command tune_command() {
    auto given = std::make_shared<TuneArguments>();
    return {.name = "tune",
            .summary = "Searches a recommender's options on validation data cut from training",
            .examples = {"eckart tune ratings.csv --model als --budget 40 --journal als.tune",
                         "eckart tune ratings.csv --model ease --protocol strong --positive 4 --budget 10m"},
            .notes =
                "The ratings that evaluate tests with, given the same --protocol and --seed, are set aside first "
                "and not looked at;\nthe validation part is cut from the rest by the same protocol (for strong: "
                "other people). Options given on the command\nline are fixed, the others searched at random in "
                "their ranges, later near the best. Ctrl-C ends the search and shows\nwhat was found.\n\n" +
                protocol_descriptions(),
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
