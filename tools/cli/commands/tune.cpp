#include <memory>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "tools/cli/arguments/model_arguments.h"
#include "tools/jobs/tune_journal.h"
#include "tools/jobs/tune_search.h"
#include "tools/jobs/tuned_trials.h"

namespace eckart::tools {
namespace {

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
    arguments.offer(model_names());
    arguments.option(given.budget, "--budget", "N|TIME",
                     "trials to make, or the time to begin trials in: 90s, 10m, 2h");
    arguments.option(given.metric, "--metric", "NAME", "what decides, as evaluate calls it; not given: as fits");
    declare_protocol_arguments(arguments, given.protocol, false);
    arguments.flag(given.whole, "--whole", "RATINGS are for training, and a test lies elsewhere: set none aside");
    arguments.option(given.journal, "--journal", "FILE", "keep the trials in this file, so that --resume can go on");
    arguments.flag(given.resume, "--resume", "go on with the search that --journal holds");
    declare_model_arguments(arguments, given.options);
}

nlohmann::ordered_json json_of(const TuneSubject& subject, const TuneArguments& given, std::uint64_t seed) {
    const recsys::Split& split = subject.split;
    return {{"model", given.model},
            {"metric", subject.measure.name()},
            {"protocol", protocol_of(given.protocol)},
            {"seed", seed},
            {"fixed", given.options.given()},
            {"training", {split.train.rows, split.train.cols, split.train.nonzeros()}},
            {"validation", split.test.nonzeros()}};
}

void run(Session& session, TuneArguments& given) {
    const std::vector<NamedModel> models = named_models(given.model, given.options.given());
    const NamedModel& model = models.front();
    if (models.size() > 1 || model.label != model.kind->name) {
        throw UsageError("--model: tune takes one model, its options by their own names");
    }
    if (protocol_of(given.protocol) == "ncf") {
        throw UsageError(
            "--protocol: tune draws its own candidates; expected leave-one-out with --candidates, not ncf");
    }
    TuneSubject subject{.kind = model.kind,
                        .measure = deciding_measure(given.metric, protocol_of(given.protocol), *model.kind)};
    const TuneBudget budget = parse_budget(given.budget);
    const auto seed = static_cast<std::uint64_t>(session.common.seed);
    recsys::OptionSearch search(*model.kind, {model.options, lower_is_better(subject.measure), seed});
    if (!search.any_range()) throw UsageError(model.label + " has no option left to search");

    subject.positive = given.ratings.least_like();
    recsys::Ratings ratings = read_ratings(given.ratings, session);
    if (protocol_of(given.protocol) == "strong") {
        ratings.user_item = recsys::entries_from(ratings.user_item, subject.positive);
    }
    subject.split = tuning_split(given.protocol, ratings, given.whole, seed);
    const TuneJournal journal(given.journal, json_of(subject, given, seed), given.resume, search);

    const bool interrupted = !search_within(budget, session, subject, journal, search);
    if (search.best()) {
        const auto& winner = search.trials()[*search.best()].options;
        print_trials(session, search, subject.measure, train_command_line(given.ratings, model.label, winner));
    } else if (!interrupted) {
        throw UsageError("no trial of " + model.label + " gave a value");
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
