#include <memory>

#include "text/query/index.h"
#include "tools/cli/arguments/search_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/hits.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/search.h"

namespace eckart::tools {
namespace {

void run(Session& session, const SearchArguments& given) {
    const jobs::QueryOptions options = query_options(given, session.common.json);
    const auto index = text::Index::open(given.index);
    const auto queries = queries_of(given);
    const bool batch = !given.queries.empty() || queries.size() > 1;
    jobs::search(index, queries, options, session.work(), [&](const jobs::Answer& answer) {
        given.trec() ? print_run(session, answer) : print_answer(session, answer, batch, options.ranking.fold_copies);
    });
}

}  // namespace

Command search_command() {
    auto given = std::make_shared<SearchArguments>();
    return {
        .name = "search",
        .summary = "Ranks the documents of an index by a query",
        .examples = {"eckart search docs.idx \"how do I change a tyre\" --why",
                     "eckart search docs.idx --queries topics.jsonl --format trec > topics.run"},
        .notes =
            "Scores compare documents of one answer only. On a terminal, words of the query are bold in the passage "
            "that is shown, and words near to it in meaning underlined.\n"
            "\n"
            "--why takes a score apart: by the words of the query, each through the words of the document that "
            "it is near to, and by the factors of the latent space. With --json it gives all parts, which add "
            "up to the score.",
        .declare = [given](Arguments& arguments) { declare_search_arguments(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
