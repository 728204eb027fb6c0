#include <memory>

#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "text/query/index.h"
#include "tools/cli/arguments/search_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/hits.h"
#include "tools/cli/terminal/session.h"
#include "tools/cli/terminal/similar_rows.h"
#include "tools/jobs/search/search.h"

namespace eckart::tools {
namespace {

struct SimilarArguments {
    std::string store;
    std::string name;
    std::string mode;
    std::string neighbors = "auto";
    std::int64_t count = 10;
    bool copies = false;
};

void declare(Arguments& arguments, SimilarArguments& given) {
    arguments.positional(given.store, "STORE", "folder made by eckart index or eckart train");
    arguments.positional(given.name, "NAME", "id of a document, as search shows it; id or title of an item");
    declare_ranking_arguments(arguments, given.mode, given.neighbors);
    declare_copies(arguments, given.copies);
    arguments.option(given.count, "-n", "N", "most documents or items to show", 1);
}

/// Why no document may be near to this one.
std::string nothing_similar(const SimilarArguments& given) {
    std::string said = "no document is similar to '" + printable(given.name) + "'";
    if (given.mode != "latent") return said;
    return said + " in meaning: the latent space holds words of at least two documents, and this one may have none; " +
           "use --mode lexical";
}

void similar_documents(Session& session, const SimilarArguments& given) {
    check_ranking(given.mode, given.neighbors);
    const auto index = text::Index::open(given.store);
    const text::SearchOptions options = {.mode = text::parse_mode(given.mode.empty() ? "hybrid" : given.mode),
                                         .count = given.count,
                                         .latent_weight = {},
                                         .neighbors = parse_neighbor_method(given.neighbors),
                                         .fold_copies = !given.copies};
    print_hits(session, jobs::similar_documents(index, given.name, options, session.work()), options.fold_copies,
               nothing_similar(given));
}

void similar_items(Session& session, const SimilarArguments& given) {
    if (!given.mode.empty()) throw UsageError("--mode needs an index, and " + given.store + " is a model");
    if (given.copies) throw UsageError("--copies needs an index, and " + given.store + " is a model");
    if (given.neighbors != "auto") throw UsageError("--neighbors needs an index, and " + given.store + " is a model");
    const jobs::OpenModel model(given.store);
    print_similar_items(session, jobs::similar_items(model, given.name, given.count, session.work()));
}

void run(Session& session, const SimilarArguments& given) {
    const bool model = StoreReader::open(given.store).kind() == "model";
    model ? similar_items(session, given) : similar_documents(session, given);
}

}  // namespace

Command similar_command() {
    auto given = std::make_shared<SimilarArguments>();
    return {.name = "similar",
            .summary = "Ranks the documents nearest to a document, or the items nearest to an item",
            .examples = {"eckart similar docs.idx cars/tyres.txt --mode latent -n 3",
                         "eckart similar films.model \"Matrix\""},
            .notes = "",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
