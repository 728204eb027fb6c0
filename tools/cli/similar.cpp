#include <memory>

#include "text/index.h"
#include "tools/cli/hits.h"
#include "tools/cli/ranked_queries.h"
#include "tools/cli/session.h"

namespace eckart::tools {
namespace {

struct SimilarArguments {
    std::string index;
    std::string document;
    std::string mode = "hybrid";
    std::int64_t count = 10;
};

void declare(Arguments& arguments, SimilarArguments& given) {
    arguments.positional(given.index, "INDEX", "folder made by eckart index");
    arguments.positional(given.document, "DOCUMENT", "id of a document, as search shows it");
    arguments.choice(given.mode, "--mode", {"hybrid", "lexical", "latent"}, "which of the index's views ranks");
    arguments.option(given.count, "-n", "N", "documents to show", 1);
}

void run(Session& session, const SimilarArguments& given) {
    const auto index = text::Index::open(given.index);
    session.require_memory(ranking_memory(index), "ranking the documents");
    const text::SearchOptions options = {
        .mode = text::parse_mode(given.mode), .count = given.count, .latent_weight = {}};
    print_hits(session, index, index.similar(given.document, options),
               {.query = "", .query_id = "", .options = options});
}

}  // namespace

Command similar_command() {
    auto given = std::make_shared<SimilarArguments>();
    return {.name = "similar",
            .summary = "Ranks the documents nearest to one document",
            .examples = {"eckart similar docs.idx cars/tyres.txt",
                         "eckart similar docs.idx cars/tyres.txt --mode latent -n 3"},
            .notes = "",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
