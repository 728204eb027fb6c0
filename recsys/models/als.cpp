#include "recsys/models/als.h"

#include "engine/completion/als.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_factors.h"
#include "recsys/models/rating_units.h"

// Notation, as in engine/completion/als.h:
//   R           ratings, users x items; n_u, n_i entries of a row, of a column
//   mean, b, c  mean rating, offsets of users and of items
//   X, Y        factors of users and of items, f columns each; Y and c are kept
//   r_ui  ~  mean + b_u + c_i + x_u . y_i
// It is learned in units of the ratings' spread d (rating_units.h), and kept, with lambda d, in the unit of the
// ratings.

namespace eckart::recsys {
namespace {

/// What the model knows beside the items' side.
struct AlsState {
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
    Als(const AlsState& state, ItemFactors factors, StoredVector<float> offsets)
        : state_(state), factors_(std::move(factors)), offsets_(std::move(offsets)) {}

    std::string_view name() const override { return "als"; }
    std::int64_t items() const override { return factors_.matrix().rows(); }
    std::optional<RatingScale> scale() const override { return state_.scale; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        score_products(*factored_people(profiles), *factored_items(), scores);
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const double base = state_.mean + static_cast<double>(offsets_.values()[item]);
        return explanation_of(base, profile,
                              als_contributions(matrix_of({&profile, 1}, items()), item, columns(), state_.options));
    }

    std::vector<float> similar(std::int32_t item) const override { return factors_.similar(item); }
    std::optional<ItemVectors> item_vectors() const override { return factors_.matrix(); }
    std::optional<FactoredItems> factored_items() const override { return factored(columns()); }
    std::optional<FactoredPeople> factored_people(std::span<const Profile> profiles) const override {
        return factored(als_rows(matrix_of(profiles, items()), columns(), state_.options), state_.mean);
    }

    std::unique_ptr<Recommender> with_items(DenseMatrix&& factors, std::vector<float>&& offsets) const override {
        return std::make_unique<Als>(state_, ItemFactors(std::move(factors)), StoredVector<float>(std::move(offsets)));
    }

    void save(const StoreWriter& store) const override {
        factors_.save(store);
        offsets_.save(store, item_offsets_file);
    }

    Figures figures() const override {
        return {{"mean", state_.mean},
                {"factors", state_.options.factors},
                {"lambda", state_.options.lambda},
                {"offset_lambda", state_.options.offset_lambda},
                {"offset_prior", state_.options.offset_prior},
                {"factor_prior", state_.options.factor_prior},
                {"power", state_.options.power},
                {"sweeps", state_.sweeps},
                {"loss", state_.loss},
                {"solved_in_float64", state_.solved_in_float64},
                {"interrupted", state_.interrupted},
                {"low", state_.scale.low},
                {"high", state_.scale.high}};
    }

    AlsColumns columns() const { return {state_.mean, factors_.matrix(), offsets_.values()}; }
    std::int64_t sweeps() const { return state_.sweeps; }

  private:
    AlsState state_;
    ItemFactors factors_;
    StoredVector<float> offsets_;
};

AlsOptions als_options(const OptionValues& values, const FitContext& context) {
    return {.factors = values.count("factors"),
            .lambda = values.number("lambda"),
            .offset_lambda = values.number("lambda-offset"),
            .power = values.number("power"),
            .offset_prior = values.number("prior-offset"),
            .factor_prior = values.number("prior"),
            .sweeps = values.count("sweeps"),
            .seed = context.seed,
            .memory = context.memory};
}

std::uint64_t als_bytes(const RatingsShape& shape, const OptionValues& values) {
    return rating_units_memory(shape.ratings) +
           als_memory(shape.users, shape.items, shape.ratings, values.count("factors"));
}

/// What `before` knows of the columns, in units of the ratings.
AlsModel start_in(const RatingUnits& units, const Als& before) {
    const AlsColumns columns = before.columns();
    AlsModel start;
    start.mean = columns.mean / units.spread();
    start.factors = columns.factors;
    start.offsets.assign(columns.offsets.begin(), columns.offsets.end());
    units.factors_into(start.factors);
    units.into(start.offsets);
    return start;
}

void take_out_of(const RatingUnits& units, AlsModel& model) {
    model.mean *= units.spread();
    units.factors_out_of(model.factors);
    units.out_of(model.offsets);
    for (double& loss : model.loss) loss *= units.spread() * units.spread();
}

Fitted fitted_als(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    AlsOptions options = als_options(values, context);
    const auto* before = dynamic_cast<const Als*>(context.start);
    if (context.start != nullptr && before == nullptr) throw UsageError("als can go on only from a model of als");
    context.memory.require(als_bytes({user_item.rows, user_item.cols, user_item.nonzeros()}, values), "als");
    const RatingUnits units(user_item);
    std::optional<AlsModel> kept;
    if (before != nullptr) kept = start_in(units, *before);
    std::optional<AlsColumns> start;
    if (kept) start.emplace(kept->columns());
    AlsModel model = fit_als(units.view(), options, context.progress, start ? &*start : nullptr);
    take_out_of(units, model);
    options.lambda *= units.spread();
    const AlsState state{.mean = model.mean,
                         .options = options,
                         .scale = scale_of(user_item),
                         .sweeps = static_cast<std::int64_t>(model.loss.size()) + (before ? before->sweeps() : 0),
                         .loss = model.loss.back(),
                         .solved_in_float64 = model.solved_in_float64,
                         .interrupted = model.interrupted};
    auto als = std::make_unique<Als>(state, ItemFactors(std::move(model.factors)),
                                     StoredVector<float>(std::move(model.offsets)));
    FitReport report{.rounds = state.sweeps,
                     .loss = std::move(model.loss),
                     .interrupted = state.interrupted,
                     .figures = numbers_of(als->figures())};
    return {std::move(als), std::move(report)};
}

AlsState als_state(const Figures& figures) {
    AlsOptions options;
    options.factors = figures.count("factors");
    options.lambda = figures.number("lambda");
    options.offset_lambda = figures.number("offset_lambda");
    options.offset_prior = figures.contains("offset_prior") ? figures.number("offset_prior") : 0;
    options.factor_prior = figures.contains("factor_prior") ? figures.number("factor_prior") : 0;
    options.power = figures.number("power");
    return {.mean = figures.number("mean"),
            .options = options,
            .scale = read_scale(figures),
            .sweeps = figures.count("sweeps"),
            .loss = figures.number("loss"),
            .solved_in_float64 = figures.count("solved_in_float64"),
            .interrupted = figures.truth("interrupted")};
}

std::unique_ptr<Recommender> opened_als(const StoreReader& store, const Figures& figures) {
    const AlsState state = read_figures("als", figures, als_state);
    ItemFactors factors(store, state.options.factors);
    StoredVector<float> offsets(store, item_offsets_file, factors.matrix().rows());
    return std::make_unique<Als>(state, std::move(factors), std::move(offsets));
}

}  // namespace

ModelKind als_kind() {
    const AlsOptions defaults;
    return {
        .name = "als",
        .summary = "matrix factorization of ratings by alternating least squares, with offsets",
        .of_likes = false,
        .options = {count_option("factors", defaults.factors, {1, 4096}, "length of the vectors of users and items",
                                 "count 16 128"),
                    number_option("lambda", defaults.lambda, {1e-9, 1e9},
                                  "regularization of the vectors, in spreads of the ratings; higher: smoother",
                                  "log 0.1 3"),
                    number_option("lambda-offset", defaults.offset_lambda, {1e-9, 1e9},
                                  "regularization of the offsets; higher: nearer to the mean", "log 0.01 1"),
                    number_option("power", defaults.power, {0, 2},
                                  "how the regularization of a user or item grows with its number n of ratings: "
                                  "n^power",
                                  "linear 0.4 1"),
                    number_option("prior", defaults.factor_prior, {0, 1e6},
                                  "what is added to n^power for vectors; higher: those of few ratings say less",
                                  "log 1 20"),
                    number_option("prior-offset", defaults.offset_prior, {0, 1e6},
                                  "ratings of average value that offsets are shrunk by; higher: nearer to the mean",
                                  "log 1 10"),
                    count_option("sweeps", defaults.sweeps, {1, 100000}, "passes over users and items", "count 8 32")},
        .fit = fitted_als,
        .open = opened_als,
        .memory = als_bytes,
        .factors = [](const OptionValues& values) { return values.count("factors"); },
        .has_item_vectors = true,
        .takes_attributes = true,
        .has_user_vectors = ""};
}

}  // namespace eckart::recsys
