#include "recsys/graph_filter.h"

#include <nlohmann/json.hpp>

#include "engine/neighbors/graph_filter.h"
#include "engine/support/error.h"
#include "recsys/item_weights.h"

namespace eckart::recsys {
namespace {

std::vector<ModelOption> graph_filter_options() {
    return {
        {"user-power", "0.4", "how far a like of a busy user counts less, 0 to 1", "linear 0 0.8"},
        {"item-power", "0.5", "how far items with many likes are brought down, 0 to 1", "linear 0.2 0.7"},
        {"sharpening", "0.7", "how much of what two steps reach is taken away again, 0 to 1", "linear 0 1"},
        {"popularity", "0.3", "how far items with many likes are brought up in the end, -1 to 1", "linear -0.3 0.7"},
        {"neighbors", "500", "weights kept for each item", "count 100 2000"},
    };
}

GraphFilterOptions options_of(const OptionValues& values) {
    return {.row_power = values.number("user-power", 0, 1),
            .column_power = values.number("item-power", 0, 1),
            .sharpening = values.number("sharpening", 0, 1),
            .popularity = values.number("popularity", -1, 1),
            .neighbors = values.count("neighbors", 1, 1 << 30)};
}

std::uint64_t bytes_of(const RatingsShape& shape, const OptionValues& values) {
    return graph_filter_memory(shape.users, shape.items, shape.ratings, values.count("neighbors", 1, 1 << 30)) +
           4 * static_cast<std::uint64_t>(shape.ratings);
}

std::unique_ptr<Recommender> fit(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    if (context.start != nullptr) throw UsageError("graph-filter counts once: there is nothing to go on from");
    if (user_item.nonzeros() == 0) throw UsageError("graph-filter needs at least one like");
    context.memory.require(bytes_of({user_item.rows, user_item.cols, user_item.nonzeros()}, values), "the weights");
    const Likes likes(user_item);
    CsrMatrix weights = graph_filter_weights(likes.view(), options_of(values), context.progress);
    const nlohmann::ordered_json figures = {{"weights", weights.nonzeros()}};
    return std::make_unique<ItemWeightsModel>("graph-filter", ItemWeights(std::move(weights)), figures.dump());
}

}  // namespace

ModelKind graph_filter_kind() {
    return {.name = "graph-filter",
            .summary = "the graph of likes, blurred and sharpened: no learning, sparse weights between items",
            .of_likes = true,
            .options = graph_filter_options(),
            .fit = fit,
            .open =
                [](const StoreReader& store, const std::string& figures) {
                    return std::make_unique<ItemWeightsModel>("graph-filter", ItemWeights::open(store, "graph-filter"),
                                                              figures);
                },
            .memory = bytes_of};
}

}  // namespace eckart::recsys
