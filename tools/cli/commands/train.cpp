#include <fmt/format.h>

#include <memory>

#include "engine/support/error.h"
#include "tools/cli/arguments/model_arguments.h"
#include "tools/cli/arguments/ratings_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/train_summary.h"

namespace eckart::tools {
namespace {

struct TrainArguments {
    RatingsArguments ratings;
    ModelArguments model_options;
    std::string output;
    std::string cells = "auto";
    jobs::TrainOptions options;
};

void declare(Arguments& arguments, TrainArguments& given) {
    declare_ratings_arguments(arguments, given.ratings);
    arguments.option(given.output, "-o,--output", "MODEL",
                     "folder to write; a model that is there is replaced when all is done", true);
    arguments.option(given.options.model, "--model", "NAME",
                     "one of those below, also with options: als:factors=32. Not given: auto");
    arguments.offer(model_names());
    arguments.option(
        given.options.items, "--items", "FILE",
        "a table or movies file of the items: titles, and any other columns as attributes, from which items that "
        "nobody rated get factors; may be given again. Not given: titles of the movies file beside the "
        "ratings");
    arguments.option(given.options.texts, "--texts", "INDEX",
                     "an index whose documents are called as the items: their vectors are attributes, too");
    arguments.flag(given.options.resume, "--resume",
                   "go on from the model in MODEL, with its options where none is given");
    arguments.choice(given.cells, "--cells", {"auto", "none", "ivf"},
                     "ivf: put the items into the cells of an inverted file, of which recommend reads few; auto: "
                     "where their vectors take 256 MB or more");
    declare_model_arguments(arguments, given.model_options);
}

void run(Session& session, const TrainArguments& given) {
    jobs::TrainOptions options = given.options;
    options.options = given.model_options.given();
    options.positive = given.ratings.least_like();
    options.cells = given.cells == "none" ? NeighborMethod::exact : parse_neighbor_method(given.cells);
    const jobs::TrainResult trained = jobs::train(given.ratings, given.output, options, session.work());
    if (!trained.report.interrupted) return print_trained(session, given.output, trained);
    throw Error(ErrorKind::interrupted,
                "interrupted; " + given.output + " has what was learned until now, and train --resume goes on from it");
}

}  // namespace

Command train_command() {
    auto given = std::make_shared<TrainArguments>();
    std::string notes = "Models:\n";
    for (const auto& kind : recsys::model_kinds()) notes += fmt::format("  {:<14} {}\n", kind.name, kind.summary);
    return {.name = "train",
            .summary = "Fits a recommender to ratings",
            .examples = {"eckart train ml-latest-small -o films.model",
                         "eckart train plays.csv -o songs.model --model ease --columns user=listener,item=song"},
            .notes = notes +
                     "If a user rated an item several times, the last rating by time counts. Ctrl-C keeps the last "
                     "whole sweep\nif there was no model in MODEL, and the old model if there was one. mult-dae and "
                     "mult-vae keep the best\nnetwork until then, and write it to MODEL once a minute, from where "
                     "--resume goes on.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
