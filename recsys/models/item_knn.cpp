#include "recsys/models/item_knn.h"

#include "engine/neighbors/column_neighbors.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_weights.h"

namespace eckart::recsys {
namespace {

std::vector<ModelOption> item_knn_options() {
    const ColumnNeighborsOptions defaults;
    return {count_option("neighbors", defaults.neighbors, {1, 1 << 30}, "items that can speak for an item",
                         "count 20 1000"),
            number_option("user-power", defaults.similarity.row_power, {0, 1},
                          "how much less a like of a user with many likes counts: 0 not at all, 1 by their number of "
                          "likes squared",
                          "linear 0 0.8"),
            number_option("item-power", defaults.similarity.column_power, {0, 1},
                          "how much items with many likes are scaled down: 0.5 is the cosine", "linear 0.2 0.7"),
            number_option("shrinkage", defaults.similarity.shrinkage, {0, 1e12},
                          "shrinks similarities that few users share, by so many likes", "log 0.1 1000")};
}

ColumnNeighborsOptions options_of(const OptionValues& values) {
    return {.similarity = {.row_power = values.number("user-power"),
                           .column_power = values.number("item-power"),
                           .shrinkage = values.number("shrinkage")},
            .neighbors = values.count("neighbors")};
}

std::uint64_t item_knn_bytes(const RatingsShape& shape, const OptionValues& values) {
    const std::int64_t neighbors = values.count("neighbors");
    const auto transpose = 8 * static_cast<std::uint64_t>(std::min(neighbors, shape.items) * shape.items);
    return column_neighbors_memory(shape.items, shape.ratings, neighbors) + transpose +
           4 * static_cast<std::uint64_t>(shape.ratings);
}

Fitted fitted_item_knn(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    if (context.start != nullptr) throw UsageError("item-knn counts once: there is nothing to go on from");
    if (user_item.nonzeros() == 0) throw UsageError("item-knn needs at least one like");
    context.memory.require(item_knn_bytes({user_item.rows, user_item.cols, user_item.nonzeros()}, values),
                           "the neighbors");
    const Likes likes(user_item);
    CsrMatrix weights = transposed(column_neighbors(likes.view(), options_of(values), context.progress));
    const Figures figures = {{"weights", weights.nonzeros()}};
    return {std::make_unique<ItemWeightsModel>("item-knn", ItemWeights(std::move(weights)), figures),
            {.figures = numbers_of(figures)}};
}

}  // namespace

ModelKind item_knn_kind() {
    return {.name = "item-knn",
            .summary = "nearest items by shared likes: cosine with shrinkage, or the normalized item-item product",
            .of_likes = true,
            .options = item_knn_options(),
            .fit = fitted_item_knn,
            .open =
                [](const StoreReader& store, const Figures& figures) {
                    return std::make_unique<ItemWeightsModel>("item-knn", ItemWeights::open(store, "item-knn"),
                                                              figures);
                },
            .memory = item_knn_bytes,
            .has_item_vectors = true};
}

}  // namespace eckart::recsys
