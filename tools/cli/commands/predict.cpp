#include <memory>

#include "engine/support/error.h"
#include "tools/cli/arguments/person_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/predicted_ratings.h"

namespace eckart::tools {
namespace {

struct PredictArguments {
    std::string model;
    PersonArguments person;
    std::vector<std::string> items;
    std::string pairs;
};

void declare(Arguments& arguments, PredictArguments& given) {
    arguments.positional(given.model, "MODEL", "folder made by eckart train");
    declare_person_arguments(arguments, given.person);
    arguments.option(given.items, "--item", "ITEM", "id or title of an item; may be repeated");
    arguments.option(given.pairs, "--pairs", "FILE",
                     "many users and items at once: a table (CSV, TSV) or JSON lines with a user and an item a line; - "
                     "is standard input");
}

void run(Session& session, const PredictArguments& given) {
    if (given.pairs.empty() == given.items.empty()) throw UsageError("expected --item ITEM or --pairs FILE");
    if (!given.pairs.empty() && given.person.given()) {
        throw UsageError("--pairs does not go with --user, --likes and --likes-file");
    }
    const jobs::OpenModel model(given.model);
    const jobs::Predictions predictions =
        given.pairs.empty() ? jobs::predict(model, person_of(given.person, model), given.items, session.work())
                            : jobs::predict_pairs(model, jobs::read_pairs(given.pairs), session.work());
    print_predictions(session, model, predictions, !given.pairs.empty());
}

}  // namespace

Command predict_command() {
    auto given = std::make_shared<PredictArguments>();
    return {
        .name = "predict",
        .summary = "Predicts what a person would give to items",
        .examples = {"eckart predict films.model --user 17 --item \"Quiet Winter\" --item 117",
                     "eckart predict films.model --pairs pairs.csv --json"},
        .notes = likes_notes() +
                 "\n\n`source` is the model's name, or what stands in where too little is known: item, user or mean."
                 "\n\nPairs with users or items that the model does not have are left out and named on stderr, and "
                 "the exit\ncode is 4.",
        .declare = [given](Arguments& arguments) { declare(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
