#include "recsys/models/item_knn.h"

#include <nlohmann/json.hpp>

#include "engine/neighbors/column_neighbors.h"
#include "engine/support/error.h"
#include "recsys/models/item_weights.h"

namespace eckart::recsys {
namespace {

std::vector<ModelOption> item_knn_options() {
    return {
        {"neighbors", "200", "items that can speak for an item", "count 20 1000"},
        {"user-power", "0",
         "how far a like of a busy user counts less: 0 not at all, 1 by their number of likes squared", "linear 0 0.8"},
        {"item-power", "0.5", "how far items with many likes are brought down: 0.5 is the cosine", "linear 0.2 0.7"},
        {"shrinkage", "0", "likes' worth of doubt about similarities that few users vouch for", "log 0.1 1000"},
    };
}

ColumnNeighborsOptions options_of(const OptionValues& values) {
    return {.similarity = {.row_power = values.number("user-power", 0, 1),
                           .column_power = values.number("item-power", 0, 1),
                           .shrinkage = values.number("shrinkage", 0, 1e12)},
            .neighbors = values.count("neighbors", 1, 1 << 30)};
}

std::uint64_t bytes_of(const RatingsShape& shape, const OptionValues& values) {
    const std::int64_t neighbors = values.count("neighbors", 1, 1 << 30);
    const auto transpose = 8 * static_cast<std::uint64_t>(std::min(neighbors, shape.items) * shape.items);
    return column_neighbors_memory(shape.items, shape.ratings, neighbors) + transpose +
           4 * static_cast<std::uint64_t>(shape.ratings);
}

std::unique_ptr<Recommender> fit(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    if (context.start != nullptr) throw UsageError("item-knn counts once: there is nothing to go on from");
    if (user_item.nonzeros() == 0) throw UsageError("item-knn needs at least one like");
    context.memory.require(bytes_of({user_item.rows, user_item.cols, user_item.nonzeros()}, values), "the neighbours");
    const Likes likes(user_item);
    CsrMatrix weights = transposed(column_neighbors(likes.view(), options_of(values), context.progress));
    const nlohmann::ordered_json figures = {{"weights", weights.nonzeros()}};
    return std::make_unique<ItemWeightsModel>("item-knn", ItemWeights(std::move(weights)), figures.dump());
}

}  // namespace

ModelKind item_knn_kind() {
    return {.name = "item-knn",
            .summary = "nearest items by shared likes: cosine with shrinkage, or the normalized item-item product",
            .of_likes = true,
            .options = item_knn_options(),
            .fit = fit,
            .open =
                [](const StoreReader& store, const std::string& figures) {
                    return std::make_unique<ItemWeightsModel>("item-knn", ItemWeights::open(store, "item-knn"),
                                                              figures);
                },
            .memory = bytes_of};
}

}  // namespace eckart::recsys
