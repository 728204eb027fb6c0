#include "recsys/models/ease.h"

#include "recsys/models/item_autoencoder.h"
#include "recsys/models/item_weights.h"

namespace eckart::recsys {
namespace {

Fitted fitted_ease(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    require_likes_alone("ease", user_item, context);
    return fit_item_autoencoder("ease", 0, Likes(user_item).view(), values, context);
}

}  // namespace

ModelKind ease_kind() {
    return {.name = "ease",
            .summary = "linear autoencoder with zero diagonal, in closed form (Steck 2019)",
            .of_likes = true,
            .options = item_autoencoder_options(),
            .fit = fitted_ease,
            .open =
                [](const StoreReader& store, const Figures& figures) {
                    return std::make_unique<ItemWeightsModel>("ease", ItemWeights::open(store, "ease"), figures);
                },
            .memory = [](const RatingsShape& shape,
                         const OptionValues& values) { return item_autoencoder_memory(shape, values, {}); },
            .approximates = true,
            .has_item_vectors = true};
}

}  // namespace eckart::recsys
