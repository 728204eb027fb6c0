#include "recsys/models/implicit_als.h"

#include <nlohmann/json.hpp>

#include "engine/completion/implicit_als.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_factors.h"

namespace eckart::recsys {
namespace {

constexpr std::string_view spectrum_file = "spectrum.npy";

/// What the model knows beside the items' side.
struct Figures {
    ImplicitAlsOptions options;
    std::int64_t sweeps;  ///< done, in this fit and those it went on from
    double loss;
    std::int64_t solved_in_float64;
    bool interrupted;
};

class ImplicitAls final : public Recommender {
  public:
    ImplicitAls(const Figures& figures, ItemFactors factors, StoredVector<double> spectrum)
        : figures_(figures), factors_(std::move(factors)), spectrum_(std::move(spectrum)) {}

    std::string_view name() const override { return "implicit-als"; }
    std::int64_t items() const override { return factors_.matrix().rows(); }
    std::optional<RatingScale> scale() const override { return std::nullopt; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        score_products(factored_people(profiles), *factored_items(), scores);
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        return explanation_of(
            0, profile,
            implicit_als_contributions(matrix_of({&profile, 1}, items()), item, columns(), figures_.options));
    }

    std::vector<float> similar(std::int32_t item) const override { return factors_.similar(item); }
    ItemVectors item_vectors() const override { return factors_.matrix(); }
    std::optional<FactoredItems> factored_items() const override { return FactoredItems{factors_.matrix(), {}}; }
    FactoredPeople factored_people(std::span<const Profile> profiles) const override {
        return {implicit_als_rows(matrix_of(profiles, items()), columns(), figures_.options)};
    }

    void save(const StoreWriter& store) const override {
        factors_.save(store);
        spectrum_.save(store, spectrum_file);
    }

    std::string figures_json() const override {
        return nlohmann::ordered_json{{"factors", figures_.options.factors},
                                      {"lambda", figures_.options.lambda},
                                      {"unobserved_weight", figures_.options.unobserved_weight},
                                      {"power", figures_.options.power},
                                      {"solver", eckart::name(figures_.options.solver)},
                                      {"sweeps", figures_.sweeps},
                                      {"loss", figures_.loss},
                                      {"solved_in_float64", figures_.solved_in_float64},
                                      {"interrupted", figures_.interrupted}}
            .dump();
    }

    ImplicitAlsColumns columns() const { return {factors_.matrix(), spectrum_.values()}; }
    std::int64_t sweeps() const { return figures_.sweeps; }

  private:
    Figures figures_;
    ItemFactors factors_;
    StoredVector<double> spectrum_;
};

ImplicitAlsOptions options_of(const OptionValues& values, const FitContext& context) {
    return {.factors = values.count("factors", 1, 4096),
            .lambda = values.number("lambda", 1e-9, 1e9),
            .unobserved_weight = values.number("unobserved-weight", 1e-9, 1e3),
            .power = values.number("power", 0, 2),
            .sweeps = values.count("sweeps", 1, 100000),
            .solver = parse_implicit_als_solver(values.text("solver")),
            .cg_steps = values.count("cg-steps", 1, 1000),
            .block_size = values.count("block-size", 1, 4096),
            .start_deviation = values.number("start-deviation", 1e-6, 1e3),
            .seed = context.seed,
            .memory = context.memory};
}

std::unique_ptr<Recommender> fit(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    const ImplicitAlsOptions options = options_of(values, context);
    const auto* before = dynamic_cast<const ImplicitAls*>(context.start);
    if (context.start != nullptr && before == nullptr) {
        throw UsageError("implicit-als can go on only from a model of implicit-als");
    }
    std::optional<ImplicitAlsColumns> start;
    if (before != nullptr) start.emplace(before->columns());
    ImplicitAlsModel model = fit_implicit_als(user_item, options, context.progress, start ? &*start : nullptr);
    const Figures figures{.options = options,
                          .sweeps = static_cast<std::int64_t>(model.loss.size()) + (before ? before->sweeps() : 0),
                          .loss = model.loss.back(),
                          .solved_in_float64 = model.solved_in_float64,
                          .interrupted = model.interrupted};
    return std::make_unique<ImplicitAls>(figures, ItemFactors(std::move(model.factors)),
                                         StoredVector<double>(std::move(model.spectrum)));
}

Figures read(const nlohmann::json& json) {
    ImplicitAlsOptions options;
    options.factors = json.at("factors").get<std::int64_t>();
    options.lambda = json.at("lambda").get<double>();
    options.unobserved_weight = json.at("unobserved_weight").get<double>();
    options.power = json.at("power").get<double>();
    options.solver = parse_implicit_als_solver(json.at("solver").get<std::string>());
    return {.options = options,
            .sweeps = json.at("sweeps").get<std::int64_t>(),
            .loss = json.at("loss").get<double>(),
            .solved_in_float64 = json.at("solved_in_float64").get<std::int64_t>(),
            .interrupted = json.at("interrupted").get<bool>()};
}

std::unique_ptr<Recommender> open(const StoreReader& store, const std::string& figures_json) {
    const Figures figures = read_figures<nlohmann::json>("implicit-als", figures_json, read);
    ItemFactors factors(store, figures.options.factors);
    StoredVector<double> spectrum(store, spectrum_file, figures.options.factors);
    return std::make_unique<ImplicitAls>(figures, std::move(factors), std::move(spectrum));
}

}  // namespace

ModelKind implicit_als_kind() {
    return {
        .name = "implicit-als",
        .summary = "matrix factorization of likes by alternating least squares (Hu et al. 2008, Rendle et al. 2022)",
        .of_likes = true,
        .options = {{"factors", "64", "length of the vectors of users and items", "count 32 256"},
                    {"lambda", "0.003", "regularization; higher: smoother", "log 0.0003 0.03"},
                    {"unobserved-weight", "0.3", "what a missing like counts, beside 1 for a like", "log 0.03 1"},
                    {"power", "1",
                     "how the regularization of a user or item grows with what it has to explain: to this power"},
                    {"sweeps", "16", "passes over users and items", "count 8 32"},
                    {"solver", "cholesky", "cholesky (exact), cg (a few steps of conjugate gradients) or block"},
                    {"cg-steps", "3", "steps a sweep of the solver cg"},
                    {"block-size", "32", "factors that the solver block solves for at once"},
                    {"start-deviation", "0.1", "deviation of the first random vectors, times sqrt(factors)"}},
        .fit = fit,
        .open = open,
        .memory =
            [](const RatingsShape& shape, const OptionValues& values) {
                return implicit_als_memory(shape.users, shape.items, shape.ratings, values.count("factors", 1, 4096));
            },
        .factored = true};
}

}  // namespace eckart::recsys
