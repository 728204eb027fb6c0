#include "recsys/models/implicit_als.h"

#include <algorithm>
#include <cmath>

#include "engine/completion/implicit_als.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_factors.h"

// Notation, as in engine/completion/implicit_als.h:
//   P      likes, users x items: 1 where stored, 0 elsewhere
//   alpha  what an entry of P that is not stored counts, beside 1
//   X, Y   factors of users and of items, f columns each; Y is kept, and the spectrum of Y'Y
//   p_ui  ~  x_u . y_i

namespace eckart::recsys {
namespace {

constexpr std::string_view spectrum_file = "spectrum.npy";

/// What the model knows beside the items' side.
struct ImplicitAlsState {
    ImplicitAlsOptions options;
    std::int64_t sweeps;  ///< done, in this fit and those it went on from
    double loss;
    std::int64_t solved_in_float64;
    bool interrupted;
};

class ImplicitAls final : public Recommender {
  public:
    ImplicitAls(const ImplicitAlsState& state, ItemFactors factors, StoredVector<double> spectrum)
        : state_(state), factors_(std::move(factors)), spectrum_(std::move(spectrum)) {}

    std::string_view name() const override { return "implicit-als"; }
    std::int64_t items() const override { return factors_.matrix().rows(); }
    std::optional<RatingScale> scale() const override { return std::nullopt; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        score_products(*factored_people(profiles), *factored_items(), scores);
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        return explanation_of(
            0, profile, implicit_als_contributions(matrix_of({&profile, 1}, items()), item, columns(), state_.options));
    }

    std::vector<float> similar(std::int32_t item) const override { return factors_.similar(item); }
    std::optional<ItemVectors> item_vectors() const override { return factors_.matrix(); }
    std::optional<FactoredItems> factored_items() const override { return FactoredItems{factors_.matrix(), {}}; }
    std::optional<FactoredPeople> factored_people(std::span<const Profile> profiles) const override {
        return FactoredPeople{implicit_als_rows(matrix_of(profiles, items()), columns(), state_.options)};
    }

    /// People are weighed against the factors that were learned: the spectrum stays.
    std::unique_ptr<Recommender> with_items(DenseMatrix&& factors, std::vector<float>&& /*offsets*/) const override {
        const auto spectrum = spectrum_.values();
        return std::make_unique<ImplicitAls>(
            state_, ItemFactors(std::move(factors)),
            StoredVector<double>(std::vector<double>(spectrum.begin(), spectrum.end())));
    }

    void save(const StoreWriter& store) const override {
        factors_.save(store);
        spectrum_.save(store, spectrum_file);
    }

    Figures figures() const override {
        return {{"factors", state_.options.factors},
                {"lambda", state_.options.lambda},
                {"unobserved_weight", state_.options.unobserved_weight},
                {"power", state_.options.power},
                {"solver", std::string(eckart::name(state_.options.solver))},
                {"sweeps", state_.sweeps},
                {"loss", state_.loss},
                {"solved_in_float64", state_.solved_in_float64},
                {"interrupted", state_.interrupted}};
    }

    ImplicitAlsColumns columns() const { return {factors_.matrix(), spectrum_.values()}; }
    std::int64_t sweeps() const { return state_.sweeps; }

  private:
    ImplicitAlsState state_;
    ItemFactors factors_;
    StoredVector<double> spectrum_;
};

ImplicitAlsOptions implicit_als_options(const OptionValues& values, const FitContext& context) {
    return {.factors = values.count("factors"),
            .lambda = values.number("lambda"),
            .unobserved_weight = values.number("unobserved-weight"),
            .power = values.number("power"),
            .sweeps = values.count("sweeps"),
            .solver = parse_implicit_als_solver(values.text("solver")),
            .cg_steps = values.count("cg-steps"),
            .block_size = values.count("block-size"),
            .start_deviation = values.number("start-deviation"),
            .seed = context.seed,
            .memory = context.memory};
}

/// Counts of the people and items that have some.
RatingsShape shape_of_likes(const CsrView& likes) {
    std::vector<bool> liked(likes.cols);
    for (const std::int32_t item : likes.column_indices) liked[item] = true;
    RatingsShape shape{0, std::count(liked.begin(), liked.end(), true), likes.nonzeros()};
    for (std::int64_t user = 0; user < likes.rows; ++user) shape.users += likes.row(user).size() > 0 ? 1 : 0;
    return shape;
}

/// Fills in what is 0.
void decide_by_data(const CsrView& likes, ImplicitAlsOptions& options) {
    const UsualWeights usual = usual_weights(shape_of_likes(likes), options.power);
    if (options.unobserved_weight == 0) options.unobserved_weight = usual.unobserved_weight;
    if (options.lambda > 0) return;
    options.lambda = usual.lambda * std::pow(usual.unobserved_weight / options.unobserved_weight, options.power);
}

Fitted fitted_implicit_als(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    ImplicitAlsOptions options = implicit_als_options(values, context);
    decide_by_data(user_item, options);
    const auto* before = dynamic_cast<const ImplicitAls*>(context.start);
    if (context.start != nullptr && before == nullptr) {
        throw UsageError("implicit-als can go on only from a model of implicit-als");
    }
    std::optional<ImplicitAlsColumns> start;
    if (before != nullptr) start.emplace(before->columns());
    ImplicitAlsModel model = fit_implicit_als(user_item, options, context.progress, start ? &*start : nullptr);
    const ImplicitAlsState state{
        .options = options,
        .sweeps = static_cast<std::int64_t>(model.loss.size()) + (before ? before->sweeps() : 0),
        .loss = model.loss.back(),
        .solved_in_float64 = model.solved_in_float64,
        .interrupted = model.interrupted};
    auto implicit = std::make_unique<ImplicitAls>(state, ItemFactors(std::move(model.factors)),
                                                  StoredVector<double>(std::move(model.spectrum)));
    FitReport report{.rounds = state.sweeps,
                     .loss = std::move(model.loss),
                     .interrupted = state.interrupted,
                     .figures = numbers_of(implicit->figures())};
    return {std::move(implicit), std::move(report)};
}

ImplicitAlsState implicit_als_state(const Figures& figures) {
    ImplicitAlsOptions options;
    options.factors = figures.count("factors");
    options.lambda = figures.number("lambda");
    options.unobserved_weight = figures.number("unobserved_weight");
    options.power = figures.number("power");
    options.solver = parse_implicit_als_solver(figures.text("solver"));
    return {.options = options,
            .sweeps = figures.count("sweeps"),
            .loss = figures.number("loss"),
            .solved_in_float64 = figures.count("solved_in_float64"),
            .interrupted = figures.truth("interrupted")};
}

std::unique_ptr<Recommender> opened_implicit_als(const StoreReader& store, const Figures& figures) {
    const ImplicitAlsState state = read_figures("implicit-als", figures, implicit_als_state);
    ItemFactors factors(store, state.options.factors);
    StoredVector<double> spectrum(store, spectrum_file, state.options.factors);
    return std::make_unique<ImplicitAls>(state, std::move(factors), std::move(spectrum));
}

}  // namespace

UsualWeights usual_weights(const RatingsShape& likes, double power) {
    constexpr double weight_of_root_density = 0.8, least_singular_value = 3.5;
    const double pairs = static_cast<double>(std::max<std::int64_t>(1, likes.users)) *
                         static_cast<double>(std::max<std::int64_t>(1, likes.items));
    const auto count = static_cast<double>(std::max<std::int64_t>(1, likes.ratings));
    const double alpha = weight_of_root_density * std::sqrt(count / pairs);
    return {alpha, least_singular_value / std::pow(alpha * std::sqrt(pairs), power)};
}

ModelKind implicit_als_kind() {
    const ImplicitAlsOptions defaults;
    return {
        .name = "implicit-als",
        .summary = "matrix factorization of likes by alternating least squares (Hu et al. 2008, Rendle et al. 2022)",
        .of_likes = true,
        .options = {count_option("factors", defaults.factors, {1, 4096}, "length of the vectors of users and items",
                                 "count 32 256"),
                    number_option("lambda", 0, {0, 1e9}, "regularization; higher: smoother; 0: as the data suggest",
                                  "log 0.0003 0.1"),
                    number_option("unobserved-weight", 0, {0, 1e3},
                                  "what a missing like counts, beside 1 for a like; 0: as the data suggest",
                                  "log 0.001 1"),
                    number_option("power", defaults.power, {0, 2},
                                  "how the regularization of a user or item grows with what it has to explain: to this "
                                  "power"),
                    count_option("sweeps", defaults.sweeps, {1, 100000}, "passes over users and items", "count 8 32"),
                    choice_option("solver", eckart::name(defaults.solver), {"cholesky", "cg", "block"},
                                  "cholesky (exact), cg (a few steps of conjugate gradients) or block"),
                    count_option("cg-steps", defaults.cg_steps, {1, 1000}, "steps a sweep of the solver cg"),
                    count_option("block-size", defaults.block_size, {1, 4096},
                                 "factors that the solver block solves for at once"),
                    number_option("start-deviation", defaults.start_deviation, {1e-6, 1e3},
                                  "deviation of the first random vectors, times sqrt(factors)")},
        .fit = fitted_implicit_als,
        .open = opened_implicit_als,
        .memory =
            [](const RatingsShape& shape, const OptionValues& values) {
                return implicit_als_memory(shape.users, shape.items, shape.ratings, values.count("factors"));
            },
        .factors = [](const OptionValues& values) { return values.count("factors"); },
        .has_item_vectors = true,
        .takes_attributes = true,
        .has_user_vectors = ""};
}

}  // namespace eckart::recsys
