#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "text/query/index.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/search/search.h"

namespace eckart::tools {
namespace {

struct TermsArguments {
    std::string index;
    std::string word;
    std::int64_t count = 10;
};

void declare(Arguments& arguments, TermsArguments& given) {
    arguments.positional(given.index, "INDEX", "folder made by eckart index");
    arguments.positional(given.word, "WORD", "looked up as in a query");
    arguments.option(given.count, "-n", "N", "number of terms to show", 1);
}

void run(Session& session, const TermsArguments& given) {
    const auto index = text::Index::open(given.index);
    std::size_t rank = 0;
    const auto neighbors = jobs::nearest_terms(index, given.word, given.count, session.work());
    for (const auto& neighbor : neighbors) {
        ++rank;
        if (session.common.json) {
            session.out.object({{"rank", rank}, {"term", neighbor.term}, {"score", neighbor.score}});
        } else {
            session.out.line(fmt::format("{:>3}  {:.4f}  {}", rank, neighbor.score, printable(neighbor.term)));
        }
    }
    if (neighbors.empty()) {
        session.note("no term is near to '" + printable(given.word) +
                     "': it has no part in the dimensions of the latent space; an index of a higher --rank has more");
    }
}

}  // namespace

Command terms_command() {
    auto given = std::make_shared<TermsArguments>();
    return {.name = "terms",
            .summary = "Ranks the terms nearest to a word, by the documents they occur in",
            .examples = {"eckart terms docs.idx engine", "eckart terms docs.idx engine -n 30 --json"},
            .notes = "The score is the cosine of the two terms in the latent space.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
