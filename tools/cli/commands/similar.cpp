#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "engine/support/top_k.h"
#include "recsys/serving/model_store.h"
#include "text/index.h"
#include "tools/cli/arguments/search_arguments.h"
#include "tools/cli/terminal/hits.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/model_items.h"
#include "tools/jobs/search.h"

namespace eckart::tools {
namespace {

struct SimilarArguments {
    std::string store;
    std::string name;
    std::string mode;
    std::string neighbors = "auto";
    std::int64_t count = 10;
};

void declare(Arguments& arguments, SimilarArguments& given) {
    arguments.positional(given.store, "STORE", "folder made by eckart index or eckart train");
    arguments.positional(given.name, "NAME", "id of a document, as search shows it; id or title of an item");
    declare_ranking_arguments(arguments, given.mode, given.neighbors);
    arguments.option(given.count, "-n", "N", "most documents or items to show", 1);
}

void similar_documents(Session& session, const SimilarArguments& given) {
    check_ranking(given.mode, given.neighbors);
    const auto index = text::Index::open(given.store);
    const text::SearchOptions options = {.mode = text::parse_mode(given.mode.empty() ? "hybrid" : given.mode),
                                         .count = given.count,
                                         .latent_weight = {},
                                         .neighbors = parse_neighbor_method(given.neighbors)};
    print_hits(session, jobs::similar_documents(index, given.name, options, session.work()));
}

/// The nearest items; those of which nothing is known, likeness 0, are left out.
std::vector<Scored<float>> nearest_items(const recsys::Recommender& model, std::int32_t item, std::int64_t count) {
    const std::vector<float> likeness = model.similar(item);
    TopK<float> nearest(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < likeness.size(); ++i) {
        const auto row = static_cast<std::int32_t>(i);
        if (row != item && likeness[i] != 0) nearest.offer(row, likeness[i]);
    }
    return nearest.take();
}

void similar_items(Session& session, const SimilarArguments& given) {
    if (!given.mode.empty()) throw UsageError("--mode goes with an index, and " + given.store + " is a model");
    if (given.neighbors != "auto")
        throw UsageError("--neighbors goes with an index, and " + given.store + " is a model");
    session.require_memory(0, "similar");
    const auto store = recsys::ModelStore::open(given.store);
    ModelItems items(store);
    const std::int32_t item = items.row(given.name);
    const auto nearest = nearest_items(store.model(), item, given.count);
    if (nearest.empty()) session.note("nothing is known of what is like " + items.label(item));
    std::int64_t rank = 0;
    for (const auto& [row, score] : nearest) {
        const CatalogEntry entry = items.entry(row);
        ++rank;
        if (session.common.json) {
            session.out.object({{"rank", rank}, {"item", entry.id}, {"title", entry.title}, {"score", score}});
        } else {
            session.out.line(
                cut_to(fmt::format("{:>3}  {:.4f}  {}", rank, score, items.label(row)), session.out.columns()));
        }
    }
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
