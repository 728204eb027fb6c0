#include "recsys/models/sgd.h"

#include "engine/completion/svdpp.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_factors.h"
#include "recsys/models/rating_units.h"

// Notation, as in engine/completion/sgd.h and svdpp.h:
//   mean, b, c  mean rating, offsets of users and of items
//   X, Y        factors of users and of items, f columns each; Y and c are kept
//   Z           set factors of items (svd++): what is in x_u of the items that u rated, whatever the ratings
//   r_ui  ~  mean + b_u + c_i + x_u . y_i
// It is learned in units of the ratings' spread d (rating_units.h), and kept, with lambda d, in the unit of the
// ratings; the learning rate stays that of units.

namespace eckart::recsys {
namespace {

constexpr std::string_view sets_file = "set_factors.npy";
constexpr std::string_view sgd_name = "sgd";
constexpr std::string_view svdpp_name = "svd++";

/// What the model knows beside the items' side.
struct SgdState {
    bool with_sets = false;  ///< svd++
    double mean = 0;
    std::int64_t factors = 0;
    double lambda = 0;
    double lambda_bias = 0;
    double bias_prior = 0;
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
    Factorization(SgdState state, ItemFactors factors, StoredVector<float> offsets, StoredMatrix sets)
        : state_(std::move(state)),
          factors_(std::move(factors)),
          offsets_(std::move(offsets)),
          sets_(std::move(sets)) {}

    std::string_view name() const override { return state_.with_sets ? svdpp_name : sgd_name; }
    std::int64_t items() const override { return factors_.matrix().rows(); }
    std::optional<RatingScale> scale() const override { return state_.scale; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        score_products(*factored_people(profiles), *factored_items(), scores);
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const double base = state_.mean + static_cast<double>(offsets_.values()[item]);
        const CsrMatrix row = matrix_of({&profile, 1}, items());
        const std::vector<double> parts = state_.with_sets
                                              ? svdpp_contributions(row, item, columns(), ridge())
                                              : als_contributions(row, item, columns().factorization, ridge());
        return explanation_of(base, profile, parts);
    }

    std::vector<float> similar(std::int32_t item) const override { return factors_.similar(item); }
    std::optional<ItemVectors> item_vectors() const override { return factors_.matrix(); }
    std::optional<FactoredItems> factored_items() const override { return factored(columns().factorization); }
    std::optional<FactoredPeople> factored_people(std::span<const Profile> profiles) const override {
        return factored(rows(matrix_of(profiles, items())), state_.mean);
    }

    /// Sets stay: nobody has an item that nobody rated.
    std::unique_ptr<Recommender> with_items(DenseMatrix&& factors, std::vector<float>&& offsets) const override {
        return std::make_unique<Factorization>(state_, ItemFactors(std::move(factors)),
                                               StoredVector<float>(std::move(offsets)),
                                               StoredMatrix(DenseMatrix(sets_.matrix())));
    }

    void save(const StoreWriter& store) const override {
        factors_.save(store);
        offsets_.save(store, item_offsets_file);
        if (state_.with_sets) sets_.save(store, sets_file);
    }

    Figures figures() const override {
        Figures figures{{"mean", state_.mean},
                        {"factors", state_.factors},
                        {"lambda", state_.lambda},
                        {"lambda_bias", state_.lambda_bias},
                        {"bias_prior", state_.bias_prior},
                        {"epochs", state_.epochs},
                        {"learning_rate", state_.learning_rate},
                        {"loss", state_.loss},
                        {"interrupted", state_.interrupted},
                        {"low", state_.scale.low},
                        {"high", state_.scale.high}};
        if (!state_.note.empty()) figures.set({"note", state_.note});
        return figures;
    }

    /// The model to go on from for these users.
    SvdppModel state(const CsrView& user_item) const {
        if (user_item.cols != items()) {
            throw UsageError(std::string(name()) + " can go on only over the items of the model that it goes on from");
        }
        AlsRows users = rows(user_item);
        SvdppModel model;
        model.factorization.mean = state_.mean;
        model.factorization.row_factors = std::move(users.factors);
        model.factorization.row_biases = std::move(users.offsets);
        model.factorization.column_factors = factors_.matrix();
        model.factorization.column_biases.assign(offsets_.values().begin(), offsets_.values().end());
        model.factorization.epochs = state_.epochs;
        model.factorization.learning_rate = state_.learning_rate;
        model.set_factors = sets_.matrix();
        return model;
    }

  private:
    SvdppColumns columns() const { return {{state_.mean, factors_.matrix(), offsets_.values()}, sets_.matrix()}; }

    /// What the steps of SGD shrink by: lambda for each rating, so n lambda for n of them.
    AlsOptions ridge() const {
        return {.factors = state_.factors,
                .lambda = state_.lambda,
                .offset_lambda = state_.lambda_bias,
                .power = 1,
                .offset_prior = state_.bias_prior,
                .factor_prior = 0};
    }

    AlsRows rows(const CsrView& ratings) const {
        if (!state_.with_sets) return als_rows(ratings, columns().factorization, ridge());
        return svdpp_rows(ratings, columns(), ridge());
    }

    SgdState state_;
    ItemFactors factors_;
    StoredVector<float> offsets_;
    StoredMatrix sets_;  ///< 0 x 0 without sets
};

SvdppOptions sgd_options(const OptionValues& values, bool with_sets, const FitContext& context) {
    SvdppOptions options;
    options.sgd = {.factors = values.count("factors"),
                   .epochs = values.count("epochs"),
                   .learning_rate = values.number("learning-rate"),
                   .decay = values.number("decay"),
                   .regularization = values.number("lambda"),
                   .bias_regularization = values.number("lambda-bias"),
                   .bias_prior = values.number("prior-bias"),
                   .seed = context.seed,
                   .memory = context.memory};
    if (!with_sets) return options;
    options.set_regularization = values.number("lambda-set");
    options.both_sides = values.text("sets") == "both";
    return options;
}

std::uint64_t sgd_bytes(bool with_sets, const RatingsShape& shape, const OptionValues& values) {
    const SvdppOptions chosen = sgd_options(values, with_sets, {});
    return rating_units_memory(shape.ratings) +
           (with_sets ? svdpp_memory(shape.users, shape.items, shape.ratings, chosen)
                      : sgd_memory(shape.users, shape.items, shape.ratings, chosen.sgd.factors));
}

void bring_into(const RatingUnits& units, SvdppModel& model) {
    SgdModel& start = model.factorization;
    start.mean /= units.spread();
    units.into(start.row_biases);
    units.into(start.column_biases);
    for (DenseMatrix* factors : {&start.row_factors, &start.column_factors, &model.set_factors})
        units.factors_into(*factors);
}

void take_out_of(const RatingUnits& units, SvdppModel& model) {
    SgdModel& fitted = model.factorization;
    fitted.mean *= units.spread();
    units.out_of(fitted.column_biases);
    units.factors_out_of(fitted.column_factors);
    units.factors_out_of(model.set_factors);
    for (double& loss : fitted.loss) loss *= units.spread();
}

Fitted fitted_sgd(bool with_sets, const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    const SvdppOptions options = sgd_options(values, with_sets, context);
    std::optional<SvdppModel> start;
    if (context.start != nullptr) {
        const auto* before = dynamic_cast<const Factorization*>(context.start);
        const std::string name(with_sets ? svdpp_name : sgd_name);
        if (before == nullptr || before->name() != name)
            throw UsageError(name + " can go on only from a model of " + name);
        start = before->state(user_item);
    }
    context.memory.require(sgd_bytes(with_sets, {user_item.rows, user_item.cols, user_item.nonzeros()}, values),
                           std::string(with_sets ? svdpp_name : sgd_name));
    const RatingUnits units(user_item);
    if (start) bring_into(units, *start);
    SvdppModel model;
    if (with_sets) {
        model = fit_svdpp(units.view(), options, context.progress, start ? &*start : nullptr);
    } else {
        model.factorization =
            fit_sgd(units.view(), options.sgd, context.progress, start ? &start->factorization : nullptr);
    }
    take_out_of(units, model);
    SgdModel& fitted = model.factorization;
    SgdState state{.with_sets = with_sets,
                   .mean = fitted.mean,
                   .factors = options.sgd.factors,
                   .lambda = options.sgd.regularization * units.spread(),
                   .lambda_bias = options.sgd.bias_regularization,
                   .bias_prior = options.sgd.bias_prior,
                   .scale = scale_of(user_item),
                   .epochs = fitted.epochs,
                   .learning_rate = fitted.learning_rate,
                   .loss = fitted.loss.back(),
                   .interrupted = fitted.interrupted,
                   .note = fitted.note};
    FitReport report{.rounds = state.epochs, .loss = std::move(fitted.loss), .interrupted = state.interrupted};
    if (!state.note.empty()) report.notes.push_back({"learning-rate-lowered", state.note});
    auto made = std::make_unique<Factorization>(std::move(state), ItemFactors(std::move(fitted.column_factors)),
                                                StoredVector<float>(std::move(fitted.column_biases)),
                                                StoredMatrix(std::move(model.set_factors)));
    report.figures = numbers_of(made->figures());
    return {std::move(made), std::move(report)};
}

SgdState sgd_state(bool with_sets, const Figures& figures) {
    return {.with_sets = with_sets,
            .mean = figures.number("mean"),
            .factors = figures.count("factors"),
            .lambda = figures.number("lambda"),
            .lambda_bias = figures.number("lambda_bias"),
            .bias_prior = figures.contains("bias_prior") ? figures.number("bias_prior") : 0,
            .scale = read_scale(figures),
            .epochs = figures.count("epochs"),
            .learning_rate = figures.number("learning_rate"),
            .loss = figures.number("loss"),
            .interrupted = figures.truth("interrupted"),
            .note = figures.contains("note") ? figures.text("note") : std::string()};
}

std::unique_ptr<Recommender> opened_sgd(bool with_sets, const StoreReader& store, const Figures& kept) {
    SgdState state = read_figures(with_sets ? svdpp_name : sgd_name, kept,
                                  [&](const Figures& figures) { return sgd_state(with_sets, figures); });
    ItemFactors factors(store, state.factors);
    const std::int64_t items = factors.matrix().rows();
    StoredVector<float> offsets(store, item_offsets_file, items);
    StoredMatrix sets = with_sets ? StoredMatrix(store, sets_file, items, state.factors) : StoredMatrix(DenseMatrix());
    return std::make_unique<Factorization>(std::move(state), std::move(factors), std::move(offsets), std::move(sets));
}

std::vector<ModelOption> options_with(const SgdOptions& defaults) {
    return {
        count_option("factors", defaults.factors, {1, 4096}, "length of the vectors of users and items",
                     "of 32 64 128"),
        count_option("epochs", defaults.epochs, {1, 100000}, "passes over the ratings", "count 20 80"),
        number_option("lambda", defaults.regularization, {1e-6, 1e6},
                      "regularization of the vectors for each rating, in spreads of the ratings; higher: smoother",
                      "log 0.03 0.15"),
        number_option("lambda-bias", defaults.bias_regularization, {1e-6, 1e6},
                      "regularization of the biases, for each rating; higher: nearer to the mean", "log 0.003 0.05"),
        number_option("prior-bias", defaults.bias_prior, {0, 1e6},
                      "ratings of average value that biases are shrunk by; higher: nearer to the mean", "log 1 10"),
        number_option("learning-rate", defaults.learning_rate, {1e-9, 1}, "size of the first epoch's steps",
                      "log 0.01 0.04"),
        number_option("decay", defaults.decay, {1e-3, 1}, "size of an epoch's steps in those of the one before",
                      "linear 0.93 0.98")};
}

ModelKind kind(bool with_sets, std::string summary, std::vector<ModelOption> options) {
    return {.name = std::string(with_sets ? svdpp_name : sgd_name),
            .summary = std::move(summary),
            .of_likes = false,
            .options = std::move(options),
            .fit = [with_sets](const CsrView& user_item, const OptionValues& values,
                               const FitContext& context) { return fitted_sgd(with_sets, user_item, values, context); },
            .open = [with_sets](const StoreReader& store,
                                const Figures& figures) { return opened_sgd(with_sets, store, figures); },
            .memory = [with_sets](const RatingsShape& shape,
                                  const OptionValues& values) { return sgd_bytes(with_sets, shape, values); },
            .factors = [](const OptionValues& values) { return values.count("factors"); },
            .has_item_vectors = true,
            .takes_attributes = true,
            .has_user_vectors = ""};
}

}  // namespace

ModelKind sgd_kind() {
    return kind(false, "biased matrix factorization of ratings by stochastic gradient descent",
                options_with(SgdOptions{}));
}

ModelKind svdpp_kind() {
    const SvdppOptions defaults;
    std::vector<ModelOption> options = options_with(defaults.sgd);
    options.push_back(number_option("lambda-set", defaults.set_regularization, {1e-6, 1e9},
                                    "regularization of what an item says by being rated; higher: less", "log 0.5 20"));
    options.push_back(choice_option("sets", "both", {"both", "users"},
                                    "users: of the items of each user; both: also of the users of each item",
                                    "of both users"));
    return kind(true, "sgd where the set of items that a person rated says something too", std::move(options));
}

}  // namespace eckart::recsys
