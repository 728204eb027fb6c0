#include "recsys/ease.h"

#include <nlohmann/json.hpp>

#include "engine/factor/linear_autoencoder.h"
#include "engine/neighbors/column_neighbors.h"
#include "engine/support/error.h"
#include "recsys/item_weights.h"

namespace eckart::recsys {
namespace {

std::vector<ModelOption> ease_options() {
    return {
        {"lambda", "500", "regularization, in likes; more brings weights of rare items down", "log 10 5000"},
        {"dropout", "0", "share of the likes that training hides from the input, 0 to 0.99", "linear 0 0.6"},
        {"popularity", "0", "how far items with many likes are brought up in the end, -1 to 1", "linear -0.3 0.3"},
        {"arithmetic", "automatic", "float32, float64, or automatic: float32 if its residual is small enough"},
        {"keep", "0", "strongest weights kept for each item; 0 keeps all, in items x items x 4 bytes"},
    };
}

LinearAutoencoderOptions options_of(const OptionValues& values, const MemoryBudget& memory) {
    return {.regularization = values.number("lambda", 1e-6, 1e12),
            .dropout = values.number("dropout", 0, 0.99),
            .arithmetic = parse_arithmetic(values.text("arithmetic")),
            .memory = memory};
}

/// Multiplies each item's weights by (its likes / the mean)^power.
void weigh_popularity(const CsrView& user_item, double power, DenseMatrix& weights) {
    if (power == 0) return;
    Eigen::ArrayXd likes = Eigen::ArrayXd::Zero(user_item.cols);
    for (const std::int32_t item : user_item.column_indices) ++likes[item];
    const Eigen::ArrayXd scale = (likes.max(1) / likes.mean()).pow(power);
    weights.array().rowwise() *= scale.cast<float>().transpose();
}

/// ||W||^2 in float64.
double squared_norm_of(const DenseMatrix& weights) {
    double sum = 0;
    for (Eigen::Index row = 0; row < weights.rows(); ++row) sum += weights.row(row).cast<double>().squaredNorm();
    return sum;
}

std::uint64_t bytes_of(const RatingsShape& shape, const OptionValues& values) {
    const std::int64_t keep = std::min(values.count("keep", 0, 1 << 30), shape.items);
    const auto kept = 24 * static_cast<std::uint64_t>(keep * shape.items);  // by column, joined, and by row
    return linear_autoencoder_memory(shape.users, shape.items, shape.ratings, options_of(values, {})) + kept +
           4 * static_cast<std::uint64_t>(shape.ratings);
}

std::unique_ptr<Recommender> fit(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    if (context.start != nullptr) throw UsageError("ease is solved in closed form: there is nothing to go on from");
    if (user_item.nonzeros() == 0) throw UsageError("ease needs at least one like");
    const std::int64_t keep = values.count("keep", 0, 1 << 30);
    const Likes likes(user_item);
    LinearAutoencoder model =
        fit_linear_autoencoder(likes.view(), options_of(values, context.memory), context.progress);
    weigh_popularity(user_item, values.number("popularity", -1, 1), model.weights);
    nlohmann::ordered_json figures = {{"arithmetic", name(model.arithmetic)},
                                      {"inverted", model.by_rows ? "users" : "items"},
                                      {"residual", model.residual}};
    if (keep == 0 || keep >= user_item.cols) {
        return std::make_unique<ItemWeightsModel>("ease", ItemWeights(std::move(model.weights)), figures.dump());
    }
    const double whole = squared_norm_of(model.weights);
    CsrMatrix kept = strongest_in_columns(model.weights, keep);
    figures["weights_kept"] = kept.nonzeros();
    figures["energy_kept"] = whole > 0 ? squared_norm(kept) / whole : 1;
    return std::make_unique<ItemWeightsModel>("ease", ItemWeights(std::move(kept)), figures.dump());
}

}  // namespace

ModelKind ease_kind() {
    return {.name = "ease",
            .summary = "linear autoencoder with zero diagonal, in closed form (Steck 2019)",
            .of_likes = true,
            .options = ease_options(),
            .fit = fit,
            .open =
                [](const StoreReader& store, const std::string& figures) {
                    return std::make_unique<ItemWeightsModel>("ease", ItemWeights::open(store, "ease"), figures);
                },
            .memory = bytes_of};
}

}  // namespace eckart::recsys
