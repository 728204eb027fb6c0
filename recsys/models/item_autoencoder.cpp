#include "recsys/models/item_autoencoder.h"

#include <algorithm>
#include <cmath>

#include "engine/autoencoder/linear_autoencoder.h"
#include "engine/autoencoder/sparse_autoencoder.h"
#include "engine/neighbors/column_neighbors.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_weights.h"

// Notation, as in engine/autoencoder/linear_autoencoder.h: X likes (users x items), W weights (items x items, diagonal
// 0), the minimum of ||X - X W||^2 + lambda ||W||^2; columns of W are scaled by (n_i / mean n)^popularity afterwards.

namespace eckart::recsys {
namespace {

constexpr std::int64_t sparse_neighbors = 200;  ///< weights an item past the budget, where --keep says nothing

double lambda_of(const OptionValues& values) {
    return values.number("lambda");
}

std::int64_t keep_of(const OptionValues& values) {
    return values.count("keep");
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

FitReport report_of(const Figures& figures) {
    return {.figures = numbers_of(figures)};
}

/// Past the budget.
Fitted fit_sparse(const std::string& name, double dropout, const CsrView& likes, const OptionValues& values,
                  const FitContext& context) {
    const std::int64_t keep = keep_of(values);
    SparseAutoencoder model = fit_sparse_autoencoder(likes,
                                                     {.regularization = lambda_of(values),
                                                      .dropout = dropout,
                                                      .neighbors = keep > 0 ? keep : sparse_neighbors,
                                                      .memory = context.memory},
                                                     context.progress);
    const std::vector<double> scale = popularity_scale(likes, values);
    for (std::size_t p = 0; p < model.weights.values.size(); ++p) {
        const std::int32_t item = model.weights.column_indices[p];
        model.weights.values[p] = static_cast<float>(static_cast<double>(model.weights.values[p]) * scale[item]);
    }
    const Figures figures = {{"approximate", true},
                             {"neighbors", model.neighbors},
                             {"residual", model.residual},
                             {"weights_kept", model.weights.nonzeros()}};
    FitReport report = report_of(figures);
    report.notes.push_back({"approximate-weights",
                            "the weights between all items do not fit into the memory allowed: fitted are those "
                            "between each item and its " +
                                std::to_string(model.neighbors) + " nearest"});
    return {std::make_unique<ItemWeightsModel>(name, ItemWeights(std::move(model.weights)), figures), report};
}

Fitted fit_whole(const std::string& name, double dropout, const CsrView& likes, const OptionValues& values,
                 const FitContext& context) {
    LinearAutoencoder model =
        fit_linear_autoencoder(likes, options_of(dropout, values, context.memory), context.progress);
    scale_columns(popularity_scale(likes, values), model.weights);
    Figures figures = {{"arithmetic", std::string(eckart::name(model.arithmetic))},
                       {"inverted", std::string(model.by_rows ? "users" : "items")},
                       {"residual", model.residual}};
    const std::int64_t keep = keep_of(values);
    if (keep == 0 || keep >= likes.cols) {
        return {std::make_unique<ItemWeightsModel>(name, ItemWeights(std::move(model.weights)), figures),
                report_of(figures)};
    }
    const double whole = squared_norm_of(model.weights);
    CsrMatrix kept = strongest_in_columns(model.weights, keep);
    figures.set({"weights_kept", kept.nonzeros()});
    figures.set({"energy_kept", whole > 0 ? squared_norm(kept) / whole : 1});
    return {std::make_unique<ItemWeightsModel>(name, ItemWeights(std::move(kept)), figures), report_of(figures)};
}

}  // namespace

std::vector<ModelOption> item_autoencoder_options() {
    const LinearAutoencoderOptions defaults;
    return {number_option("lambda", defaults.regularization, {1e-6, 1e12},
                          "regularization, in likes; a higher value lowers the weights of items with few likes",
                          "log 10 5000"),
            number_option("popularity", 0, {-1, 1}, "how much items with many likes are scaled up in the end, -1 to 1",
                          "linear -0.3 0.3"),
            choice_option("arithmetic", eckart::name(defaults.arithmetic), {"automatic", "float32", "float64"},
                          "float32, float64, or automatic: float32 if its residual is small enough"),
            count_option("keep", 0, {0, 1 << 30},
                         "strongest weights kept for each item; 0 keeps all, in items x items x 4 bytes")};
}

std::vector<double> popularity_scale(const CsrView& user_item, const OptionValues& values) {
    const double power = values.number("popularity");
    std::vector<double> scale(user_item.cols);
    for (const std::int32_t item : user_item.column_indices) ++scale[item];
    const double mean = static_cast<double>(user_item.nonzeros()) / static_cast<double>(user_item.cols);
    for (double& item : scale) item = std::pow(std::max(item, 1.0) / mean, power);
    return scale;
}

void require_likes_alone(const std::string& model, const CsrView& user_item, const FitContext& context) {
    if (context.start != nullptr) throw UsageError(model + " is solved for at once; there is nothing to go on from");
    if (user_item.nonzeros() == 0) throw UsageError(model + " needs at least one like");
}

Fitted fit_item_autoencoder(const std::string& model, double dropout, const CsrView& likes, const OptionValues& values,
                            const FitContext& context) {
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
