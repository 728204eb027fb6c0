#include "recsys/models/edlae.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/autoencoder/edlae.h"
#include "engine/matrix/row_products.h"
#include "engine/support/parallel.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_autoencoder.h"
#include "recsys/models/item_weights.h"
#include "recsys/models/stored_arrays.h"

// Notation, as in engine/autoencoder/edlae.h:
//   X     likes, users x items; a like of a person of n_u likes is n_u^-user-power
//   U, V  encoder and decoder, items x k
//   W     weights between items, U V' - Diag(U V'); score_i = sum over likes j of W_ji

namespace eckart::recsys {
namespace {

constexpr const char* kind_name = "edlae";
constexpr std::string_view encoder_file = "edlae_encoder.npy";
constexpr std::string_view decoder_file = "edlae_decoder.npy";
constexpr std::int64_t edlae_profiles = 8;

/// W = U V' - Diag(U V').
class LowRankEdlae final : public Recommender {
  public:
    LowRankEdlae(StoredMatrix encoder, StoredMatrix decoder, Figures figures)
        : encoder_(std::move(encoder)), decoder_(std::move(decoder)), figures_(std::move(figures)) {}

    std::string_view name() const override { return kind_name; }
    std::int64_t items() const override { return v().rows(); }
    std::optional<RatingScale> scale() const override { return std::nullopt; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        row_products(factored_people(profiles)->factors, v(), scores);
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
        std::vector<float> result(items());
        for (std::size_t k = 0; k < result.size(); ++k) {
            const auto j = static_cast<std::int32_t>(k);
            const double into = weight(j, item);
            result[k] = static_cast<float>(std::copysign(std::sqrt(std::max(into * weight(item, j), 0.0)), into));
        }
        return result;
    }

    std::optional<ItemVectors> item_vectors() const override { return v(); }

    /// The sum of u_j over the likes.
    std::optional<FactoredPeople> factored_people(std::span<const Profile> profiles) const override {
        DenseMatrix people = DenseMatrix::Zero(static_cast<Eigen::Index>(profiles.size()), u().cols());
        parallel_blocks(people.rows(), edlae_profiles, [&](Range block) {
            for (std::int64_t p = block.begin; p < block.end; ++p) {
                for (const std::int32_t j : profiles[p].items) people.row(p) += u().row(j);
            }
        });
        return FactoredPeople{std::move(people)};
    }

    void save(const StoreWriter& store) const override {
        encoder_.save(store, encoder_file);
        decoder_.save(store, decoder_file);
    }

    Figures figures() const override { return figures_; }

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
    Figures figures_;
};

double dropout_of(const OptionValues& values) {
    return values.number("dropout");
}

std::int64_t rank_of(const OptionValues& values) {
    return values.count("rank");
}

EdlaeOptions options_of(const OptionValues& values, const FitContext& context) {
    return {.rank = rank_of(values),
            .dropout = dropout_of(values),
            .regularization = values.number("lambda"),
            .column_power = values.number("item-power"),
            .sweeps = values.count("sweeps"),
            .seed = context.seed,
            .memory = context.memory};
}

/// Options of weights between all items mean nothing at a low rank.
void refuse_options_of_full_rank(const OptionValues& values) {
    if (values.count("keep") > 0) throw UsageError("--keep goes with --rank 0: a low rank has no weights");
    if (values.text("arithmetic") != "automatic") throw UsageError("--arithmetic goes with --rank 0");
}

Figures figures_of(const Edlae& model) {
    Figures figures = {{"rank", static_cast<std::int64_t>(model.encoder.cols())},
                       {"sweeps", std::ssize(model.objective) - 1},
                       {"relative_objective", model.objective.back() / model.squared_norm},
                       {"converged", model.converged}};
    if (model.interrupted) figures.set({"interrupted", true});
    if (!model.note.empty()) figures.set({"note", model.note});
    return figures;
}

/// The objective in parts of ||X||^2, after each sweep.
FitReport report_of(const Edlae& model, const Figures& figures) {
    FitReport report{.rounds = std::ssize(model.objective) - 1,
                     .loss = {model.objective.begin() + 1, model.objective.end()},
                     .interrupted = model.interrupted,
                     .figures = numbers_of(figures)};
    for (double& loss : report.loss) loss /= model.squared_norm;
    if (!model.note.empty()) report.notes.push_back({"rank-lowered", model.note});
    return report;
}

Fitted fit_low_rank(const CsrView& likes, const OptionValues& values, const FitContext& context) {
    refuse_options_of_full_rank(values);
    Edlae model = fit_edlae(likes, options_of(values, context), context.progress);
    const std::vector<double> scale = popularity_scale(likes, values);
    const Eigen::Map<const Eigen::VectorXd> factors(scale.data(), model.decoder.rows());
    model.decoder = factors.cast<float>().asDiagonal() * model.decoder;
    const Figures figures = figures_of(model);
    FitReport report = report_of(model, figures);
    return {std::make_unique<LowRankEdlae>(StoredMatrix(std::move(model.encoder)),
                                           StoredMatrix(std::move(model.decoder)), figures),
            std::move(report)};
}

Fitted fitted_edlae(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    require_likes_alone(kind_name, user_item, context);
    const Likes likes(user_item, values.number("user-power"));
    if (rank_of(values) > 0) return fit_low_rank(likes.view(), values, context);
    return fit_item_autoencoder(kind_name, dropout_of(values), likes.view(), values, context);
}

std::unique_ptr<Recommender> opened_edlae(const StoreReader& store, const Figures& figures) {
    if (!store.has_file(std::string(encoder_file))) {
        return std::make_unique<ItemWeightsModel>(kind_name, ItemWeights::open(store, kind_name), figures);
    }
    StoredMatrix encoder(store, encoder_file, any_extent, any_extent);
    const auto shape = encoder.matrix();
    StoredMatrix decoder(store, decoder_file, shape.rows(), shape.cols());
    return std::make_unique<LowRankEdlae>(std::move(encoder), std::move(decoder), figures);
}

std::uint64_t edlae_bytes(const RatingsShape& shape, const OptionValues& values) {
    if (rank_of(values) == 0) return item_autoencoder_memory(shape, values, {});
    return edlae_memory(shape.users, shape.items, shape.ratings, options_of(values, {})) +
           4 * static_cast<std::uint64_t>(shape.ratings) + 8 * static_cast<std::uint64_t>(shape.items);
}

std::vector<ModelOption> edlae_options() {
    std::vector<ModelOption> options = item_autoencoder_options();
    const EdlaeOptions defaults;
    const std::vector<ModelOption> own = {
        number_option("dropout", defaults.dropout, {0, 0.99},
                      "share of the likes that training hides from the input, 0 to 0.99", "linear 0 0.8"),
        number_option("user-power", 0, {0, 1}, "how much less people with many likes count in training, 0 to 1",
                      "linear 0 0.6"),
        count_option("rank", 0, {0, 4096},
                     "numbers an item, for catalogs too large for items x items; 0: full rank, in closed form"),
        number_option("item-power", defaults.column_power, {0, 1},
                      "how much less errors on items with many likes count at a low rank, 0 to 1", "linear 0 1"),
        count_option("sweeps", defaults.sweeps, {0, 100000},
                     "most that a low rank is improved; 0: its closed approximation"),
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
            .fit = fitted_edlae,
            .open = opened_edlae,
            .memory = edlae_bytes,
            .approximates = true,
            .has_item_vectors = true,
            .has_user_vectors = "with --rank above 0"};
}

}  // namespace eckart::recsys
