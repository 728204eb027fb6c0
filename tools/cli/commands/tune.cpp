#include <memory>

#include "engine/support/error.h"
#include "tools/cli/arguments/tune_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/tuned_trials.h"

namespace eckart::tools {
namespace {

void run(Session& session, const TuneArguments& given) {
    jobs::TuneOptions options = given.options();
    options.after_trial = [&](const jobs::TuneResult& found) { note_trial(session, found); };
    const jobs::TuneResult found = jobs::tune(given.ratings, options, session.work());
    print_trials(session, found, given.ratings, options);
    if (found.interrupted) throw InterruptedError();
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
                "and not used;\nthe validation part is cut from the rest by the same protocol (for strong: "
                "other people). Options given on the command\nline are fixed, the others are drawn from "
                "their ranges, later near the best. Ctrl-C ends the search and shows\nwhat was found.\n\n" +
                protocol_descriptions(),
            .declare = [given](Arguments& arguments) { declare_tune_arguments(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
