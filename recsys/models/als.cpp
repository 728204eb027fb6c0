#include "recsys/models/als.h"

#include <nlohmann/json.hpp>

#include "engine/completion/als.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_factors.h"

namespace eckart::recsys {
namespace {

constexpr std::string_view offsets_file = "item_offsets.npy";

/// What the model knows beside the items' side.
struct Figures {
    double mean;
    AlsOptions options;
    RatingScale scale;
    std::int64_t sweeps;  ///< done, in this fit and those it went on from
    double loss;
    std::int64_t solved_in_float64;
    bool interrupted;
};

class Als final : public Recommender {
  public:
    Als(const Figures& figures, ItemFactors factors, StoredVector<float> offsets)
        : figures_(figures), factors_(std::move(factors)), offsets_(std::move(offsets)) {}

    std::string_view name() const override { return "als"; }
    std::int64_t items() const override { return factors_.matrix().rows(); }
    std::optional<RatingScale> scale() const override { return figures_.scale; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        score_products(factored_people(profiles), *factored_items(), scores);
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const double base = figures_.mean + static_cast<double>(offsets_.values()[static_cast<std::size_t>(item)]);
        return explanation_of(base, profile,
                              als_contributions(matrix_of({&profile, 1}, items()), item, columns(), figures_.options));
    }

    std::vector<float> similar(std::int32_t item) const override { return factors_.similar(item); }
    ItemVectors item_vectors() const override { return factors_.matrix(); }
    std::optional<FactoredItems> factored_items() const override { return factored(columns()); }
    FactoredPeople factored_people(std::span<const Profile> profiles) const override {
        return factored(als_rows(matrix_of(profiles, items()), columns(), figures_.options), figures_.mean);
    }

    void save(const StoreWriter& store) const override {
        factors_.save(store);
        offsets_.save(store, offsets_file);
    }

    std::string figures_json() const override {
        return nlohmann::ordered_json{{"mean", figures_.mean},
                                      {"factors", figures_.options.factors},
                                      {"lambda", figures_.options.lambda},
                                      {"offset_lambda", figures_.options.offset_lambda},
                                      {"power", figures_.options.power},
                                      {"sweeps", figures_.sweeps},
                                      {"loss", figures_.loss},
                                      {"solved_in_float64", figures_.solved_in_float64},
                                      {"interrupted", figures_.interrupted},
                                      {"low", figures_.scale.low},
                                      {"high", figures_.scale.high}}
            .dump();
    }

    AlsColumns columns() const { return {figures_.mean, factors_.matrix(), offsets_.values()}; }
    std::int64_t sweeps() const { return figures_.sweeps; }

  private:
    Figures figures_;
    ItemFactors factors_;
    StoredVector<float> offsets_;
};

AlsOptions options_of(const OptionValues& values, const FitContext& context) {
    return {.factors = values.count("factors", 1, 4096),
            .lambda = values.number("lambda", 1e-9, 1e9),
            .offset_lambda = values.number("lambda-offset", 1e-9, 1e9),
            .power = values.number("power", 0, 2),
            .sweeps = values.count("sweeps", 1, 100000),
            .seed = context.seed,
            .memory = context.memory};
}

std::unique_ptr<Recommender> fit(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    const AlsOptions options = options_of(values, context);
    const auto* before = dynamic_cast<const Als*>(context.start);
    if (context.start != nullptr && before == nullptr) throw UsageError("als can go on only from a model of als");
    std::optional<AlsColumns> start;
    if (before != nullptr) start.emplace(before->columns());
    AlsModel model = fit_als(user_item, options, context.progress, start ? &*start : nullptr);
    const Figures figures{.mean = model.mean,
                          .options = options,
                          .scale = scale_of(user_item),
                          .sweeps = static_cast<std::int64_t>(model.loss.size()) + (before ? before->sweeps() : 0),
                          .loss = model.loss.back(),
                          .solved_in_float64 = model.solved_in_float64,
                          .interrupted = model.interrupted};
    return std::make_unique<Als>(figures, ItemFactors(std::move(model.factors)),
                                 StoredVector<float>(std::move(model.offsets)));
}

Figures read(const nlohmann::json& json) {
    AlsOptions options;
    options.factors = json.at("factors").get<std::int64_t>();
    options.lambda = json.at("lambda").get<double>();
    options.offset_lambda = json.at("offset_lambda").get<double>();
    options.power = json.at("power").get<double>();
    return {.mean = json.at("mean").get<double>(),
            .options = options,
            .scale = {json.at("low").get<float>(), json.at("high").get<float>()},
            .sweeps = json.at("sweeps").get<std::int64_t>(),
            .loss = json.at("loss").get<double>(),
            .solved_in_float64 = json.at("solved_in_float64").get<std::int64_t>(),
            .interrupted = json.at("interrupted").get<bool>()};
}

std::unique_ptr<Recommender> open(const StoreReader& store, const std::string& figures_json) {
    const Figures figures = read_figures<nlohmann::json>("als", figures_json, read);
    ItemFactors factors(store, figures.options.factors);
    StoredVector<float> offsets(store, offsets_file, factors.matrix().rows());
    return std::make_unique<Als>(figures, std::move(factors), std::move(offsets));
}

}  // namespace

ModelKind als_kind() {
    return {
        .name = "als",
        .summary = "matrix factorization of ratings by alternating least squares, with offsets",
        .of_likes = false,
        .options = {{"factors", "64", "length of the vectors of users and items", "count 16 128"},
                    {"lambda", "0.55", "regularization of the vectors; higher: smoother", "log 0.1 3"},
                    {"lambda-offset", "0.1", "regularization of the offsets; higher: nearer to the mean", "log 0.01 1"},
                    {"power", "0.65",
                     "how the regularization of a user or item grows with its number n of ratings: n^power",
                     "linear 0.4 1"},
                    {"sweeps", "20", "passes over users and items", "count 8 32"}},
        .fit = fit,
        .open = open,
        .memory =
            [](const RatingsShape& shape, const OptionValues& values) {
                return als_memory(shape.users, shape.items, shape.ratings, values.count("factors", 1, 4096));
            },
        .factored = true};
}

}  // namespace eckart::recsys
