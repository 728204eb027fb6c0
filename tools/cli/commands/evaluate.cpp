#include <memory>

#include "engine/support/error.h"
#include "tools/cli/arguments/ratings_evaluation_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/commands/evaluate_index.h"
#include "tools/cli/terminal/measure_table.h"

namespace eckart::tools {
namespace {

/// An index or a run with queries and judgements, or ratings with models: what was given tells which.
struct EvaluateArguments {
    std::vector<std::string> sources;
    IndexEvaluationArguments index;
    RatingsEvaluationArguments ratings;
};

void declare(Arguments& arguments, EvaluateArguments& given) {
    arguments.positionals(given.sources, "SOURCE",
                          "a folder made by eckart index, with --queries and --qrels; or ratings: files, folders or - "
                          "for standard input",
                          false);
    declare_index_evaluation(arguments, given.index);
    declare_ratings_evaluation(arguments, given.ratings);
}

void measure_recommenders(Session& session, const RatingsEvaluationArguments& given) {
    const jobs::RatingsEvaluation measured = jobs::evaluate_ratings(given.ratings, given.options(), session.work());
    session.show(measured.notes);
    print_measures(session, measured);
}

void run(Session& session, EvaluateArguments& given) {
    if (!given.index.any()) {
        refuse_stores(given.sources);
        given.ratings.ratings.sources = given.sources;
        return measure_recommenders(session, given.ratings);
    }
    if (given.sources.size() > 1) throw UsageError("evaluate takes one INDEX with --queries");
    if (!given.sources.empty()) given.index.index = given.sources[0];
    if (given.ratings.any()) {
        throw UsageError("the options of models, ratings and protocols do not go with --queries, --run and --qrels");
    }
    evaluate_index(session, given.index);
}

}  // namespace

Command evaluate_command() {
    auto given = std::make_shared<EvaluateArguments>();
    return {.name = "evaluate",
            .summary = "Measures an index or a run against relevance judgements, or recommenders on ratings",
            .examples = {"eckart evaluate docs.idx --queries topics.jsonl --qrels topics.qrels --compare lexical",
                         "eckart evaluate ratings.csv --model als,ease:lambda=500 --protocol random --positive 4"},
            .notes = "Measuring an index or a run\n\n" + index_evaluation_notes() + "\n\nMeasuring recommenders\n\n" +
                     ratings_evaluation_notes(),
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
