#include <memory>

#include "text/query/index.h"
#include "tools/cli/arguments/search_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/hits.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/search/search.h"

namespace eckart::tools {
namespace {

constexpr const char* query_syntax =
    "In a query, words rank, and none of them must be there. What has an operator must hold:\n"
    "\n"
    "  \"worn tires\"      these words, one after the other; with ~5 behind it, in any order within 5 words\n"
    "  +tire -bike       with the word, without it; NOT bike\n"
    "  a AND b, a OR b   both, or one of them; (...) is a group, and AND comes before OR\n"
    "  a NEAR/5 b        at most 5 words apart\n"
    "  tire*             words that begin so\n"
    "  tier~             words that are written almost so; ~1 or ~2 says within how many letters\n"
    "  =Polish           the word only as written, in no other form\n"
    "  title:tire        in the title\n"
    "  type:mail lang:de from:ann path:docs/*.md  by type, language, sender and path of the document\n"
    "  date:2021-03..2022  by date: a year, a month, a day, a range; also date:>=2020-05-01\n"
    "\n"
    "These change the ranking:\n"
    "\n"
    "  tire^3            the word counts three times\n"
    "  like:DOCUMENT     what a document is about; like:word, what a word is about\n"
    "  java -like:coffee  java, without what is about coffee\n"
    "\n"
    "All other marks are part of the text. Quotes keep the shell away from a query; one that begins with - goes behind "
    "--: eckart search docs.idx -- \"-bike tire\".\n"
    "\n"
    "Scores compare documents of one answer only.";

void run(Session& session, const SearchArguments& given) {
    jobs::QueryOptions options = query_options(given, session.common.json);
    const auto index = text::Index::open(given.index);
    const auto queries = queries_of(given);
    const bool batch = !given.queries.empty() || queries.size() > 1;
    options.corrects = !batch;
    jobs::search(index, queries, options, session.work(), [&](const jobs::Answer& answer) {
        given.trec() ? print_run(session, answer) : print_answer(session, answer, batch, options.ranking.fold_copies);
    });
}

}  // namespace

Command search_command() {
    auto given = std::make_shared<SearchArguments>();
    return {.name = "search",
            .summary = "Ranks the documents of an index by a query",
            .examples = {"eckart search docs.idx \"how do I change a tyre\" --why",
                         "eckart search docs.idx '\"worn tires\" OR title:tire* -bike date:2021..'",
                         "eckart search docs.idx --queries topics.jsonl --format trec > topics.run"},
            .notes = query_syntax,
            .declare = [given](Arguments& arguments) { declare_search_arguments(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
