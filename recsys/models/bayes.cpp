#include "recsys/models/bayes.h"

#include <algorithm>

#include "engine/completion/bayesian_factorization.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_factors.h"
#include "recsys/models/stored_arrays.h"

// Notation, as in engine/completion/bayesian_factorization.h: draw s has the vectors Y_s of items (their biases the
// last column), the set vectors Z_s, the prior of users and the noise; a score is the mean over s of the posterior mean
// of x_u . y_i given the ratings of u.

namespace eckart::recsys {
namespace {

constexpr std::string_view draws_file = "item_draws.npy";
constexpr std::string_view set_draws_file = "set_draws.npy";
constexpr std::string_view priors_file = "prior_draws.npy";
constexpr std::string_view noise_file = "noise_draws.npy";
constexpr std::size_t profile_block = 1024;  // people scored at a time: bounds what is held beside the scores

/// What the model knows beside the draws.
struct BayesState {
    double mean = 0;
    double deviation = 1;
    std::int64_t items = 0;
    std::int64_t factors = 0;
    std::int64_t samples = 0;
    bool item_sets = true;
    RatingScale scale = {};
    std::int64_t sweeps = 0;  ///< done, in this fit and those it went on from
    double loss = 0;          ///< of the last one
    bool interrupted = false;
};

/// The draws, in memory or mapped.
struct Draws {
    StoredMatrix items;
    StoredMatrix sets;  ///< 0 x 0 without sets
    StoredMatrix priors;
    StoredVector<float> noise;
};

class Bayes final : public Recommender {
  public:
    Bayes(const BayesState& state, Draws draws) : state_(state), draws_(std::move(draws)) {}

    std::string_view name() const override { return "bayes"; }
    std::int64_t items() const override { return state_.items; }
    std::optional<RatingScale> scale() const override { return state_.scale; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        for (std::size_t begin = 0; begin < profiles.size(); begin += profile_block) {
            const auto some = profiles.subspan(begin, std::min(profile_block, profiles.size() - begin));
            bayes_predictions(
                matrix_of(some, items()), columns(),
                scores.middleRows(static_cast<Eigen::Index>(begin), static_cast<Eigen::Index>(some.size())));
        }
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const BayesContributions parts = bayes_contributions(matrix_of({&profile, 1}, items()), item, columns());
        return explanation_of(parts.base, profile, parts.contributions);
    }

    /// The cosine of the items' vectors without their biases, averaged over the draws.
    std::vector<float> similar(std::int32_t item) const override {
        const ConstMatrixMap all = draws_.items.matrix();
        const Eigen::Index f = state_.factors - 1;
        std::vector<float> cosines(items(), 0.0F);
        for (std::int64_t sample = 0; sample < state_.samples; ++sample) {
            const auto vectors = all.middleRows(sample * items(), items()).leftCols(f);
            const Eigen::VectorXf one = vectors.row(item).transpose();
            const float length = one.norm();
            if (!(length > 0)) continue;
            for (Eigen::Index i = 0; i < vectors.rows(); ++i) {
                const float other = vectors.row(i).norm();
                if (other > 0) cosines[i] += vectors.row(i).dot(one) / (length * other);
            }
        }
        for (float& cosine : cosines) cosine /= static_cast<float>(state_.samples);
        return cosines;
    }

    void save(const StoreWriter& store) const override {
        draws_.items.save(store, draws_file);
        if (state_.item_sets) draws_.sets.save(store, set_draws_file);
        draws_.priors.save(store, priors_file);
        draws_.noise.save(store, noise_file);
    }

    Figures figures() const override {
        return {{"mean", state_.mean},       {"deviation", state_.deviation}, {"items", state_.items},
                {"factors", state_.factors}, {"samples", state_.samples},     {"item_sets", state_.item_sets},
                {"sweeps", state_.sweeps},   {"loss", state_.loss},           {"interrupted", state_.interrupted},
                {"low", state_.scale.low},   {"high", state_.scale.high}};
    }

    BayesColumns columns() const {
        return {state_.mean,          state_.deviation,       draws_.items.matrix(),
                draws_.sets.matrix(), draws_.priors.matrix(), draws_.noise.values()};
    }
    std::int64_t sweeps() const { return state_.sweeps; }

  private:
    BayesState state_;
    Draws draws_;
};

BayesOptions bayes_options(const OptionValues& values, const FitContext& context) {
    const std::string& sets = values.text("sets");
    return {.factors = values.count("factors"),
            .sweeps = values.count("sweeps"),
            .burn_in = values.count("burn-in"),
            .samples = values.count("samples"),
            .row_sets = sets != "none",
            .column_sets = sets == "both",
            .seed = context.seed,
            .memory = context.memory};
}

Fitted fitted_bayes(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    const BayesOptions options = bayes_options(values, context);
    const auto* before = dynamic_cast<const Bayes*>(context.start);
    if (context.start != nullptr && before == nullptr) throw UsageError("bayes can go on only from a model of bayes");
    std::optional<BayesColumns> start;
    if (before != nullptr) start.emplace(before->columns());
    BayesModel model = fit_bayes(user_item, options, context.progress, start ? &*start : nullptr);
    const BayesState state{
        .mean = model.mean,
        .deviation = model.deviation,
        .items = user_item.cols,
        .factors = options.factors,
        .samples = static_cast<std::int64_t>(model.noise.size()),
        .item_sets = options.row_sets,
        .scale = scale_of(user_item),
        .sweeps = static_cast<std::int64_t>(model.loss.size()) + (before != nullptr ? before->sweeps() : 0),
        .loss = model.loss.back(),
        .interrupted = model.interrupted};
    auto bayes = std::make_unique<Bayes>(
        state, Draws{StoredMatrix(std::move(model.column_factors)), StoredMatrix(std::move(model.set_factors)),
                     StoredMatrix(std::move(model.priors)), StoredVector<float>(std::move(model.noise))});
    FitReport report{.rounds = state.sweeps,
                     .loss = std::move(model.loss),
                     .interrupted = state.interrupted,
                     .figures = numbers_of(bayes->figures())};
    return {std::move(bayes), std::move(report)};
}

BayesState bayes_state(const Figures& figures) {
    return {.mean = figures.number("mean"),
            .deviation = figures.number("deviation"),
            .items = figures.count("items"),
            .factors = figures.count("factors"),
            .samples = figures.count("samples"),
            .item_sets = figures.truth("item_sets"),
            .scale = read_scale(figures),
            .sweeps = figures.count("sweeps"),
            .loss = figures.number("loss"),
            .interrupted = figures.truth("interrupted")};
}

std::unique_ptr<Recommender> opened_bayes(const StoreReader& store, const Figures& figures) {
    const BayesState state = read_figures("bayes", figures, bayes_state);
    if (state.samples < 1 || state.factors < 2) {
        throw DamagedError(store.path() + ": the model says that it has no draws; train it again");
    }
    const std::int64_t rows = state.samples * state.items;
    return std::make_unique<Bayes>(
        state,
        Draws{StoredMatrix(store, draws_file, rows, state.factors),
              state.item_sets ? StoredMatrix(store, set_draws_file, rows, state.factors) : StoredMatrix(DenseMatrix()),
              StoredMatrix(store, priors_file, state.samples * (state.factors + 1), state.factors),
              StoredVector<float>(store, noise_file, state.samples)});
}

}  // namespace

ModelKind bayes_kind() {
    const BayesOptions defaults;
    return {
        .name = "bayes",
        .summary = "matrix factorization of ratings by Gibbs sampling, with sets as in svd++; the most exact",
        .of_likes = false,
        .options = {count_option("factors", defaults.factors, {2, 1024},
                                 "length of the vectors of users and items, their biases among them", "of 16 32 64"),
                    count_option("sweeps", defaults.sweeps, {1, 100000}, "of the sampler over users and items"),
                    count_option("burn-in", defaults.burn_in, {0, 100000}, "sweeps before draws are kept"),
                    count_option("samples", defaults.samples, {1, 10000},
                                 "draws kept; each takes twice the memory of the items' vectors"),
                    choice_option("sets", "both", {"both", "users", "none"},
                                  "users: the items of each user say something of them; both: also the users of "
                                  "each item; none",
                                  "of both users none")},
        .fit = fitted_bayes,
        .open = opened_bayes,
        .memory = [](const RatingsShape& shape, const OptionValues& values) {
            return bayes_memory(shape.users, shape.items, shape.ratings, bayes_options(values, {}));
        }};
}

}  // namespace eckart::recsys
