#include <memory>

#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/factor_lines.h"
#include "tools/cli/terminal/session.h"
#include "tools/cli/terminal/store_lines.h"
#include "tools/jobs/search/factor_cards.h"
#include "tools/jobs/stores/store_info.h"

namespace eckart::tools {
namespace {

struct InfoArguments {
    std::string store;
    std::optional<std::int64_t> factors;
};

void declare(Arguments& arguments, InfoArguments& given) {
    arguments.positional(given.store, "STORE", "folder made by eckart index, train or cluster");
    arguments.optional_value(given.factors, "--factors", "[N]",
                             "show the first N factors of an index instead, 10 without N: the terms and documents at "
                             "both ends of each, and its share of the energy",
                             1, text::FactorCardOptions().factors);
}

void run(Session& session, const InfoArguments& given) {
    if (!given.factors) return print_store(session, jobs::store_info(given.store, session.work()));
    print_factors(session, jobs::factor_cards(given.store, {.factors = *given.factors}, session.work()));
}

}  // namespace

Command info_command() {
    auto given = std::make_shared<InfoArguments>();
    return {.name = "info",
            .summary =
                "Shows what an index, a model or a clustering holds, how it was made and how good its factorization is",
            .examples = {"eckart info docs.idx", "eckart info docs.idx --factors 5", "eckart info films.model --json"},
            .notes =
                "--json prints the whole manifest, with the size and checksum of every file; with --factors, an "
                "object for each factor.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
