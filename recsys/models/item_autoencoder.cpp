#include "recsys/models/item_autoencoder.h"

#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "engine/autoencoder/linear_autoencoder.h"
#include "engine/autoencoder/sparse_autoencoder.h"
#include "engine/neighbors/column_neighbors.h"
#include "engine/support/error.h"
#include "recsys/models/item_weights.h"

namespace eckart::recsys {
namespace {

constexpr std::int64_t sparse_neighbors = 200;  ///< weights an item past the budget, where --keep says nothing

double lambda_of(const OptionValues& values) {
    return values.number("lambda", 1e-6, 1e12);
}

std::int64_t keep_of(const OptionValues& values) {
    return values.count("keep", 0, 1 << 30);
}

LinearAutoencoderOptions options_of(double dropout, const OptionValues& values, const MemoryBudget& memory) {
    return {.regularization = lambda_of(values),
            .dropout = dropout,
            .arithmetic = parse_arithmetic(values.text("arithmetic")),
            .memory = memory};
}

void scale_columns(const std::vector<double>& scale, DenseMatrix& weights) {
    const Eigen::Map<const Eigen::VectorXd> factors(scale.data(), weights.cols());
    weights.array().rowwise() *= factors.cast<float>().transpose().array();
}

/// ||W||^2 in float64.
double squared_norm_of(const DenseMatrix& weights) {
    double sum = 0;
    for (Eigen::Index row = 0; row < weights.rows(); ++row) sum += weights.row(row).cast<double>().squaredNorm();
    return sum;
}

/// Past the budget.
std::unique_ptr<Recommender> fit_sparse(const std::string& name, double dropout, const CsrView& likes,
                                        const OptionValues& values, const FitContext& context) {
    const std::int64_t keep = keep_of(values);
    SparseAutoencoder model = fit_sparse_autoencoder(likes,
                                                     {.regularization = lambda_of(values),
                                                      .dropout = dropout,
                                                      .neighbors = keep > 0 ? keep : sparse_neighbors,
                                                      .memory = context.memory},
                                                     context.progress);
    const std::vector<double> scale = popularity_scale(likes, values);
    for (std::size_t p = 0; p < model.weights.values.size(); ++p) {
        const auto item = static_cast<std::size_t>(model.weights.column_indices[p]);
        model.weights.values[p] = static_cast<float>(static_cast<double>(model.weights.values[p]) * scale[item]);
    }
    const nlohmann::ordered_json figures = {{"approximate", true},
                                            {"neighbors", model.neighbors},
                                            {"residual", model.residual},
                                            {"weights_kept", model.weights.nonzeros()}};
    return std::make_unique<ItemWeightsModel>(name, ItemWeights(std::move(model.weights)), figures.dump());
}

std::unique_ptr<Recommender> fit_whole(const std::string& name, double dropout, const CsrView& likes,
                                       const OptionValues& values, const FitContext& context) {
    LinearAutoencoder model =
        fit_linear_autoencoder(likes, options_of(dropout, values, context.memory), context.progress);
    scale_columns(popularity_scale(likes, values), model.weights);
    nlohmann::ordered_json figures = {{"arithmetic", eckart::name(model.arithmetic)},
                                      {"inverted", model.by_rows ? "users" : "items"},
                                      {"residual", model.residual}};
    const std::int64_t keep = keep_of(values);
    if (keep == 0 || keep >= likes.cols) {
        return std::make_unique<ItemWeightsModel>(name, ItemWeights(std::move(model.weights)), figures.dump());
    }
    const double whole = squared_norm_of(model.weights);
    CsrMatrix kept = strongest_in_columns(model.weights, keep);
    figures["weights_kept"] = kept.nonzeros();
    figures["energy_kept"] = whole > 0 ? squared_norm(kept) / whole : 1;
    return std::make_unique<ItemWeightsModel>(name, ItemWeights(std::move(kept)), figures.dump());
}

}  // namespace

std::vector<ModelOption> item_autoencoder_options() {
    return {
        {"lambda", "500", "regularization, in likes; more brings weights of rare items down", "log 10 5000"},
        {"popularity", "0", "how far items with many likes are brought up in the end, -1 to 1", "linear -0.3 0.3"},
        {"arithmetic", "automatic", "float32, float64, or automatic: float32 if its residual is small enough"},
        {"keep", "0", "strongest weights kept for each item; 0 keeps all, in items x items x 4 bytes"},
    };
}

std::vector<double> popularity_scale(const CsrView& user_item, const OptionValues& values) {
    const double power = values.number("popularity", -1, 1);
    std::vector<double> scale(static_cast<std::size_t>(user_item.cols));
    for (const std::int32_t item : user_item.column_indices) ++scale[static_cast<std::size_t>(item)];
    const double mean = static_cast<double>(user_item.nonzeros()) / static_cast<double>(user_item.cols);
    for (double& item : scale) item = std::pow(std::max(item, 1.0) / mean, power);
    return scale;
}

void require_likes_alone(const std::string& model, const CsrView& user_item, const FitContext& context) {
    if (context.start != nullptr) throw UsageError(model + " is fitted anew: there is nothing to go on from");
    if (user_item.nonzeros() == 0) throw UsageError(model + " needs at least one like");
}

std::unique_ptr<Recommender> fit_item_autoencoder(const std::string& model, double dropout, const CsrView& likes,
                                                  const OptionValues& values, const FitContext& context) {
    const RatingsShape shape{likes.rows, likes.cols, likes.nonzeros()};
    const std::uint64_t bytes = item_autoencoder_memory(shape, values, context.memory);
    const bool fits = context.memory.bytes == 0 || bytes <= context.memory.bytes;
    return fits ? fit_whole(model, dropout, likes, values, context)
                : fit_sparse(model, dropout, likes, values, context);
}

std::uint64_t item_autoencoder_memory(const RatingsShape& shape, const OptionValues& values,
                                      const MemoryBudget& memory) {
    const std::int64_t keep = std::min(keep_of(values), shape.items);
    const auto kept = 24 * static_cast<std::uint64_t>(keep * shape.items);  // by column, joined, and by row
    return linear_autoencoder_memory(shape.users, shape.items, shape.ratings, options_of(0, values, memory)) + kept +
           4 * static_cast<std::uint64_t>(shape.ratings);
}

}  // namespace eckart::recsys
