#include "recsys/models/sgd.h"

#include <nlohmann/json.hpp>

#include "engine/completion/svdpp.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_factors.h"

namespace eckart::recsys {
namespace {

constexpr std::string_view offsets_file = "item_offsets.npy";
constexpr std::string_view sets_file = "set_factors.npy";
constexpr std::string_view sgd_name = "sgd";
constexpr std::string_view svdpp_name = "svd++";

/// What the model knows beside the items' side.
struct Figures {
    bool with_sets = false;  ///< svd++
    double mean = 0;
    std::int64_t factors = 0;
    double lambda = 0;
    double lambda_bias = 0;
    RatingScale scale = {};
    std::int64_t epochs = 0;   ///< done, in this fit and those it went on from
    double learning_rate = 0;  ///< of the next epoch
    double loss = 0;           ///< of the last one
    bool interrupted = false;
    std::string note;
};

/// sgd and svd++, which differ in the sets.
class Factorization final : public Recommender {
  public:
    Factorization(Figures figures, ItemFactors factors, StoredVector<float> offsets, StoredMatrix sets)
        : figures_(std::move(figures)),
          factors_(std::move(factors)),
          offsets_(std::move(offsets)),
          sets_(std::move(sets)) {}

    std::string_view name() const override { return figures_.with_sets ? svdpp_name : sgd_name; }
    std::int64_t items() const override { return factors_.matrix().rows(); }
    std::optional<RatingScale> scale() const override { return figures_.scale; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        score_products(factored_people(profiles), *factored_items(), scores);
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const double base = figures_.mean + static_cast<double>(offsets_.values()[static_cast<std::size_t>(item)]);
        const CsrMatrix row = matrix_of({&profile, 1}, items());
        const std::vector<double> parts =
            figures_.with_sets ? svdpp_contributions(row, item, columns(), figures_.lambda, figures_.lambda_bias)
                               : als_contributions(row, item, columns().factorization, ridge());
        return explanation_of(base, profile, parts);
    }

    std::vector<float> similar(std::int32_t item) const override { return factors_.similar(item); }
    ItemVectors item_vectors() const override { return factors_.matrix(); }
    std::optional<FactoredItems> factored_items() const override { return factored(columns().factorization); }
    FactoredPeople factored_people(std::span<const Profile> profiles) const override {
        return factored(rows(matrix_of(profiles, items())), figures_.mean);
    }

    void save(const StoreWriter& store) const override {
        factors_.save(store);
        offsets_.save(store, offsets_file);
        if (figures_.with_sets) sets_.save(store, sets_file);
    }

    std::string figures_json() const override {
        nlohmann::ordered_json json{{"mean", figures_.mean},     {"factors", figures_.factors},
                                    {"lambda", figures_.lambda}, {"lambda_bias", figures_.lambda_bias},
                                    {"epochs", figures_.epochs}, {"learning_rate", figures_.learning_rate},
                                    {"loss", figures_.loss},     {"interrupted", figures_.interrupted},
                                    {"low", figures_.scale.low}, {"high", figures_.scale.high}};
        if (!figures_.note.empty()) json["note"] = figures_.note;
        return json.dump();
    }

    /// The model to go on from for these users.
    SvdppModel state(const CsrView& user_item) const {
        if (user_item.cols != items()) {
            throw UsageError(std::string(name()) + " can go on only over the items of the model that it goes on from");
        }
        AlsRows users = rows(user_item);
        SvdppModel model;
        model.factorization.mean = figures_.mean;
        model.factorization.row_factors = std::move(users.factors);
        model.factorization.row_biases = std::move(users.offsets);
        model.factorization.column_factors = factors_.matrix();
        model.factorization.column_biases.assign(offsets_.values().begin(), offsets_.values().end());
        model.factorization.epochs = figures_.epochs;
        model.factorization.learning_rate = figures_.learning_rate;
        model.set_factors = sets_.matrix();
        return model;
    }

  private:
    SvdppColumns columns() const { return {{figures_.mean, factors_.matrix(), offsets_.values()}, sets_.matrix()}; }

    AlsOptions ridge() const {
        return {.factors = figures_.factors, .lambda = figures_.lambda, .offset_lambda = figures_.lambda_bias};
    }

    AlsRows rows(const CsrView& ratings) const {
        if (!figures_.with_sets) return als_rows(ratings, columns().factorization, ridge());
        return svdpp_rows(ratings, columns(), figures_.lambda, figures_.lambda_bias);
    }

    Figures figures_;
    ItemFactors factors_;
    StoredVector<float> offsets_;
    StoredMatrix sets_;  ///< 0 x 0 without sets
};

SvdppOptions options_of(const OptionValues& values, bool with_sets, const FitContext& context) {
    SvdppOptions options;
    options.sgd = {.factors = values.count("factors", 1, 4096),
                   .epochs = values.count("epochs", 1, 100000),
                   .learning_rate = values.number("learning-rate", 1e-9, 1),
                   .decay = values.number("decay", 1e-3, 1),
                   .regularization = values.number("lambda", 1e-6, 1e6),
                   .bias_regularization = values.number("lambda-bias", 1e-6, 1e6),
                   .seed = context.seed,
                   .memory = context.memory};
    if (!with_sets) return options;
    options.set_regularization = values.number("lambda-set", 1e-6, 1e9);
    const std::string& sides = values.text("sets");
    if (sides != "both" && sides != "users") {
        throw UsageError("--sets: found \"" + sides + "\", expected both or users");
    }
    options.both_sides = sides == "both";
    return options;
}

std::unique_ptr<Recommender> fit(bool with_sets, const CsrView& user_item, const OptionValues& values,
                                 const FitContext& context) {
    const SvdppOptions options = options_of(values, with_sets, context);
    std::optional<SvdppModel> start;
    if (context.start != nullptr) {
        const auto* before = dynamic_cast<const Factorization*>(context.start);
        const std::string name(with_sets ? svdpp_name : sgd_name);
        if (before == nullptr || before->name() != name)
            throw UsageError(name + " can go on only from a model of " + name);
        start = before->state(user_item);
    }
    SvdppModel model;
    if (with_sets) {
        model = fit_svdpp(user_item, options, context.progress, start ? &*start : nullptr);
    } else {
        model.factorization =
            fit_sgd(user_item, options.sgd, context.progress, start ? &start->factorization : nullptr);
    }
    SgdModel& fitted = model.factorization;
    Figures figures{.with_sets = with_sets,
                    .mean = fitted.mean,
                    .factors = options.sgd.factors,
                    .lambda = options.sgd.regularization,
                    .lambda_bias = options.sgd.bias_regularization,
                    .scale = scale_of(user_item),
                    .epochs = fitted.epochs,
                    .learning_rate = fitted.learning_rate,
                    .loss = fitted.loss.back(),
                    .interrupted = fitted.interrupted,
                    .note = fitted.note};
    return std::make_unique<Factorization>(std::move(figures), ItemFactors(std::move(fitted.column_factors)),
                                           StoredVector<float>(std::move(fitted.column_biases)),
                                           StoredMatrix(std::move(model.set_factors)));
}

Figures read(bool with_sets, const nlohmann::json& json) {
    return {.with_sets = with_sets,
            .mean = json.at("mean").get<double>(),
            .factors = json.at("factors").get<std::int64_t>(),
            .lambda = json.at("lambda").get<double>(),
            .lambda_bias = json.at("lambda_bias").get<double>(),
            .scale = {json.at("low").get<float>(), json.at("high").get<float>()},
            .epochs = json.at("epochs").get<std::int64_t>(),
            .learning_rate = json.at("learning_rate").get<double>(),
            .loss = json.at("loss").get<double>(),
            .interrupted = json.at("interrupted").get<bool>(),
            .note = json.value("note", std::string())};
}

std::unique_ptr<Recommender> open(bool with_sets, const StoreReader& store, const std::string& figures_json) {
    Figures figures = read_figures<nlohmann::json>(with_sets ? svdpp_name : sgd_name, figures_json,
                                                   [&](const nlohmann::json& json) { return read(with_sets, json); });
    ItemFactors factors(store, figures.factors);
    const std::int64_t items = factors.matrix().rows();
    StoredVector<float> offsets(store, offsets_file, items);
    StoredMatrix sets =
        with_sets ? StoredMatrix(store, sets_file, items, figures.factors) : StoredMatrix(DenseMatrix());
    return std::make_unique<Factorization>(std::move(figures), std::move(factors), std::move(offsets), std::move(sets));
}

std::vector<ModelOption> options_with(const SgdOptions& defaults) {
    return {
        {"factors", std::to_string(defaults.factors), "length of the vectors of users and items", "of 32 64 128"},
        {"epochs", std::to_string(defaults.epochs), "passes over the ratings", "count 20 80"},
        {"lambda", shortest(defaults.regularization),
         "regularization of the vectors, for each rating; higher: smoother", "log 0.03 0.15"},
        {"lambda-bias", shortest(defaults.bias_regularization),
         "regularization of the biases, for each rating; higher: nearer to the mean", "log 0.003 0.05"},
        {"learning-rate", shortest(defaults.learning_rate), "size of the first epoch's steps", "log 0.01 0.04"},
        {"decay", shortest(defaults.decay), "size of an epoch's steps in those of the one before", "linear 0.93 0.98"}};
}

ModelKind kind(bool with_sets, std::string summary, std::vector<ModelOption> options) {
    return {.name = std::string(with_sets ? svdpp_name : sgd_name),
            .summary = std::move(summary),
            .of_likes = false,
            .options = std::move(options),
            .fit = [with_sets](const CsrView& user_item, const OptionValues& values,
                               const FitContext& context) { return fit(with_sets, user_item, values, context); },
            .open = [with_sets](const StoreReader& store,
                                const std::string& figures) { return open(with_sets, store, figures); },
            .memory =
                [with_sets](const RatingsShape& shape, const OptionValues& values) {
                    const SvdppOptions chosen = options_of(values, with_sets, {});
                    return with_sets ? svdpp_memory(shape.users, shape.items, shape.ratings, chosen)
                                     : sgd_memory(shape.users, shape.items, shape.ratings, chosen.sgd.factors);
                },
            .factored = true};
}

}  // namespace

ModelKind sgd_kind() {
    return kind(false, "biased matrix factorization of ratings by stochastic gradient descent",
                options_with(SgdOptions{}));
}

ModelKind svdpp_kind() {
    const SvdppOptions defaults;
    std::vector<ModelOption> options = options_with(defaults.sgd);
    options.push_back({"lambda-set", shortest(defaults.set_regularization),
                       "regularization of what an item says by being rated; higher: less", "log 0.5 20"});
    options.push_back(
        {"sets", "both", "users: of the items of each user; both: also of the users of each item", "of both users"});
    return kind(true, "sgd where the set of items that a person rated says something too", std::move(options));
}

}  // namespace eckart::recsys
