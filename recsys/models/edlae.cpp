#include "recsys/models/edlae.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/autoencoder/edlae.h"
#include "engine/matrix/row_products.h"
#include "engine/support/parallel.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_autoencoder.h"
#include "recsys/models/item_weights.h"
#include "recsys/models/stored_arrays.h"

namespace eckart::recsys {
namespace {

constexpr const char* kind_name = "edlae";
constexpr std::string_view encoder_file = "edlae_encoder.npy";
constexpr std::string_view decoder_file = "edlae_decoder.npy";
constexpr std::int64_t profiles_at_once = 8;

/// W = U V' - Diag(U V').
class LowRankEdlae final : public Recommender {
  public:
    LowRankEdlae(StoredMatrix encoder, StoredMatrix decoder, std::string figures)
        : encoder_(std::move(encoder)), decoder_(std::move(decoder)), figures_(std::move(figures)) {}

    std::string_view name() const override { return kind_name; }
    std::int64_t items() const override { return v().rows(); }
    std::optional<RatingScale> scale() const override { return std::nullopt; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        row_products(factored_people(profiles).factors, v(), scores);
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            for (const std::int32_t j : profiles[p].items) scores(static_cast<Eigen::Index>(p), j) -= own_weight(j);
        }
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        std::vector<double> parts(profile.size());
        for (std::size_t p = 0; p < parts.size(); ++p) parts[p] = weight(profile.items[p], item);
        return explanation_of(0, profile, parts);
    }

    /// As ItemWeights has it: sqrt(W_ji W_ij) with the sign of W_ji.
    std::vector<float> similar(std::int32_t item) const override {
        std::vector<float> result(static_cast<std::size_t>(items()));
        for (std::size_t k = 0; k < result.size(); ++k) {
            const auto j = static_cast<std::int32_t>(k);
            const double into = weight(j, item);
            result[k] = static_cast<float>(std::copysign(std::sqrt(std::max(into * weight(item, j), 0.0)), into));
        }
        return result;
    }

    ItemVectors item_vectors() const override { return v(); }

    /// The sum of u_j over the likes.
    FactoredPeople factored_people(std::span<const Profile> profiles) const override {
        DenseMatrix people = DenseMatrix::Zero(static_cast<Eigen::Index>(profiles.size()), u().cols());
        parallel_blocks(people.rows(), profiles_at_once, [&](Range block) {
            for (std::int64_t p = block.begin; p < block.end; ++p) {
                for (const std::int32_t j : profiles[static_cast<std::size_t>(p)].items) people.row(p) += u().row(j);
            }
        });
        return {people};
    }

    void save(const StoreWriter& store) const override {
        encoder_.save(store, encoder_file);
        decoder_.save(store, decoder_file);
    }

    std::string figures_json() const override { return figures_; }

  private:
    ConstMatrixMap u() const { return encoder_.matrix(); }
    ConstMatrixMap v() const { return decoder_.matrix(); }

    /// W_ji.
    double weight(std::int32_t j, std::int32_t i) const {
        return i == j ? 0 : u().row(j).cast<double>().dot(v().row(i).cast<double>());
    }

    /// u_j . v_j, summed in the order in which scores are.
    float own_weight(std::int32_t j) const {
        DenseMatrix product(1, 1);
        row_products(u().row(j), v().row(j), product);
        return product(0, 0);
    }

    StoredMatrix encoder_;  ///< U, items x k
    StoredMatrix decoder_;  ///< V, items x k
    std::string figures_;
};

double dropout_of(const OptionValues& values) {
    return values.number("dropout", 0, 0.99);
}

std::int64_t rank_of(const OptionValues& values) {
    return values.count("rank", 0, 4096);
}

EdlaeOptions options_of(const OptionValues& values, const FitContext& context) {
    return {.rank = rank_of(values),
            .dropout = dropout_of(values),
            .regularization = values.number("lambda", 1e-6, 1e12),
            .column_power = values.number("item-power", 0, 1),
            .sweeps = values.count("sweeps", 0, 100000),
            .seed = context.seed,
            .memory = context.memory};
}

/// What is said of weights between all items has no meaning at a low rank.
void refuse_options_of_full_rank(const OptionValues& values) {
    if (values.count("keep", 0, 1 << 30) > 0) throw UsageError("--keep goes with --rank 0: a low rank has no weights");
    if (values.text("arithmetic") != "automatic") throw UsageError("--arithmetic goes with --rank 0");
}

std::string figures_of(const Edlae& model) {
    nlohmann::ordered_json figures = {{"rank", model.encoder.cols()},
                                      {"sweeps", model.objective.size() - 1},
                                      {"relative_objective", model.objective.back() / model.squared_norm},
                                      {"converged", model.converged}};
    if (model.interrupted) figures["interrupted"] = true;
    if (!model.note.empty()) figures["note"] = model.note;
    return figures.dump();
}

std::unique_ptr<Recommender> fit_low_rank(const CsrView& likes, const OptionValues& values, const FitContext& context) {
    refuse_options_of_full_rank(values);
    Edlae model = fit_edlae(likes, options_of(values, context), context.progress);
    const std::vector<double> scale = popularity_scale(likes, values);
    const Eigen::Map<const Eigen::VectorXd> factors(scale.data(), model.decoder.rows());
    model.decoder = factors.cast<float>().asDiagonal() * model.decoder;
    const std::string figures = figures_of(model);
    return std::make_unique<LowRankEdlae>(StoredMatrix(std::move(model.encoder)),
                                          StoredMatrix(std::move(model.decoder)), figures);
}

std::unique_ptr<Recommender> fit(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    require_likes_alone(kind_name, user_item, context);
    const Likes likes(user_item, values.number("user-power", 0, 1));
    if (rank_of(values) > 0) return fit_low_rank(likes.view(), values, context);
    static_cast<void>(options_of(values, context));  // one out of range is refused though it is not used
    return fit_item_autoencoder(kind_name, dropout_of(values), likes.view(), values, context);
}

std::unique_ptr<Recommender> open(const StoreReader& store, const std::string& figures) {
    if (!store.has_file(std::string(encoder_file))) {
        return std::make_unique<ItemWeightsModel>(kind_name, ItemWeights::open(store, kind_name), figures);
    }
    StoredMatrix encoder(store, encoder_file, any_extent, any_extent);
    const auto shape = encoder.matrix();
    StoredMatrix decoder(store, decoder_file, shape.rows(), shape.cols());
    return std::make_unique<LowRankEdlae>(std::move(encoder), std::move(decoder), figures);
}

std::uint64_t bytes_of(const RatingsShape& shape, const OptionValues& values) {
    if (rank_of(values) == 0) return item_autoencoder_memory(shape, values, {});
    return edlae_memory(shape.users, shape.items, shape.ratings, options_of(values, {})) +
           4 * static_cast<std::uint64_t>(shape.ratings) + 8 * static_cast<std::uint64_t>(shape.items);
}

std::vector<ModelOption> edlae_options() {
    std::vector<ModelOption> options = item_autoencoder_options();
    const std::vector<ModelOption> own = {
        {"dropout", "0.33", "share of the likes that training hides from the input, 0 to 0.99", "linear 0 0.8"},
        {"user-power", "0", "how far people with many likes count less in training, 0 to 1", "linear 0 0.6"},
        {"rank", "0", "numbers an item, for catalogues too large for items x items; 0: full rank, in closed form"},
        {"item-power", "0", "how far errors on items with many likes count less at a low rank, 0 to 1", "linear 0 1"},
        {"sweeps", "20", "most that a low rank is improved; 0: its closed approximation"},
    };
    options.insert(options.begin() + 1, own.begin(), own.end());
    return options;
}

}  // namespace

ModelKind edlae_kind() {
    return {.name = kind_name,
            .summary = "denoising linear autoencoder with zero diagonal, of full or low rank (Steck 2020)",
            .of_likes = true,
            .options = edlae_options(),
            .fit = fit,
            .open = open,
            .memory = bytes_of,
            .approximates = true};
}

}  // namespace eckart::recsys
