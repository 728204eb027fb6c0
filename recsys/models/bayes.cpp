#include "recsys/models/bayes.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/completion/bayesian_factorization.h"
#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_factors.h"
#include "recsys/models/stored_arrays.h"

namespace eckart::recsys {
namespace {

constexpr std::string_view factors_file = "item_draws.npy";
constexpr std::string_view sets_file = "set_draws.npy";
constexpr std::string_view priors_file = "prior_draws.npy";
constexpr std::string_view noise_file = "noise_draws.npy";
constexpr std::size_t profile_block = 1024;  // people scored at a time: bounds what is held beside the scores

/// What the model knows beside the draws.
struct Figures {
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
    Bayes(const Figures& figures, Draws draws) : figures_(figures), draws_(std::move(draws)) {}

    std::string_view name() const override { return "bayes"; }
    std::int64_t items() const override { return figures_.items; }
    std::optional<RatingScale> scale() const override { return figures_.scale; }

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
        const Eigen::Index f = figures_.factors - 1;
        std::vector<float> cosines(static_cast<std::size_t>(items()), 0.0F);
        for (std::int64_t sample = 0; sample < figures_.samples; ++sample) {
            const auto vectors = all.middleRows(sample * items(), items()).leftCols(f);
            const Eigen::VectorXf one = vectors.row(item).transpose();
            const float length = one.norm();
            if (!(length > 0)) continue;
            for (Eigen::Index i = 0; i < vectors.rows(); ++i) {
                const float other = vectors.row(i).norm();
                if (other > 0) cosines[static_cast<std::size_t>(i)] += vectors.row(i).dot(one) / (length * other);
            }
        }
        for (float& cosine : cosines) cosine /= static_cast<float>(figures_.samples);
        return cosines;
    }

    void save(const StoreWriter& store) const override {
        draws_.items.save(store, factors_file);
        if (figures_.item_sets) draws_.sets.save(store, sets_file);
        draws_.priors.save(store, priors_file);
        draws_.noise.save(store, noise_file);
    }

    std::string figures_json() const override {
        return nlohmann::ordered_json{
            {"mean", figures_.mean},       {"deviation", figures_.deviation}, {"items", figures_.items},
            {"factors", figures_.factors}, {"samples", figures_.samples},     {"item_sets", figures_.item_sets},
            {"sweeps", figures_.sweeps},   {"loss", figures_.loss},           {"interrupted", figures_.interrupted},
            {"low", figures_.scale.low},   {"high", figures_.scale.high}}
            .dump();
    }

    BayesColumns columns() const {
        return {figures_.mean,        figures_.deviation,     draws_.items.matrix(),
                draws_.sets.matrix(), draws_.priors.matrix(), draws_.noise.values()};
    }
    std::int64_t sweeps() const { return figures_.sweeps; }

  private:
    Figures figures_;
    Draws draws_;
};

BayesOptions options_of(const OptionValues& values, const FitContext& context) {
    const std::string& sets = values.text("sets");
    if (sets != "both" && sets != "users" && sets != "none") {
        throw UsageError("--sets: found \"" + sets + "\", expected both, users or none");
    }
    return {.factors = values.count("factors", 2, 1024),
            .sweeps = values.count("sweeps", 1, 100000),
            .burn_in = values.count("burn-in", 0, 100000),
            .samples = values.count("samples", 1, 10000),
            .row_sets = sets != "none",
            .column_sets = sets == "both",
            .seed = context.seed,
            .memory = context.memory};
}

std::unique_ptr<Recommender> fit(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    const BayesOptions options = options_of(values, context);
    const auto* before = dynamic_cast<const Bayes*>(context.start);
    if (context.start != nullptr && before == nullptr) throw UsageError("bayes can go on only from a model of bayes");
    std::optional<BayesColumns> start;
    if (before != nullptr) start.emplace(before->columns());
    BayesModel model = fit_bayes(user_item, options, context.progress, start ? &*start : nullptr);
    const Figures figures{
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
    return std::make_unique<Bayes>(
        figures, Draws{StoredMatrix(std::move(model.column_factors)), StoredMatrix(std::move(model.set_factors)),
                       StoredMatrix(std::move(model.priors)), StoredVector<float>(std::move(model.noise))});
}

Figures read(const nlohmann::json& json) {
    return {.mean = json.at("mean").get<double>(),
            .deviation = json.at("deviation").get<double>(),
            .items = json.at("items").get<std::int64_t>(),
            .factors = json.at("factors").get<std::int64_t>(),
            .samples = json.at("samples").get<std::int64_t>(),
            .item_sets = json.at("item_sets").get<bool>(),
            .scale = {json.at("low").get<float>(), json.at("high").get<float>()},
            .sweeps = json.at("sweeps").get<std::int64_t>(),
            .loss = json.at("loss").get<double>(),
            .interrupted = json.at("interrupted").get<bool>()};
}

std::unique_ptr<Recommender> open(const StoreReader& store, const std::string& figures_json) {
    const Figures figures = read_figures<nlohmann::json>("bayes", figures_json, read);
    if (figures.samples < 1 || figures.factors < 2) {
        throw DamagedError(store.path() + ": the model says that it has no draws; train it anew");
    }
    const std::int64_t rows = figures.samples * figures.items;
    return std::make_unique<Bayes>(
        figures,
        Draws{StoredMatrix(store, factors_file, rows, figures.factors),
              figures.item_sets ? StoredMatrix(store, sets_file, rows, figures.factors) : StoredMatrix(DenseMatrix()),
              StoredMatrix(store, priors_file, figures.samples * (figures.factors + 1), figures.factors),
              StoredVector<float>(store, noise_file, figures.samples)});
}

}  // namespace

ModelKind bayes_kind() {
    const BayesOptions defaults;
    return {.name = "bayes",
            .summary = "matrix factorization of ratings by Gibbs sampling, with sets as in svd++; the most exact",
            .of_likes = false,
            .options = {{"factors", std::to_string(defaults.factors),
                         "length of the vectors of users and items, their biases among them", "of 16 32 64"},
                        {"sweeps", std::to_string(defaults.sweeps), "of the sampler over users and items"},
                        {"burn-in", std::to_string(defaults.burn_in), "sweeps before draws are kept"},
                        {"samples", std::to_string(defaults.samples),
                         "draws kept; each takes twice the memory of the items' vectors"},
                        {"sets", "both",
                         "users: the items of each user say something of them; both: also the users of each item; none",
                         "of both users none"}},
            .fit = fit,
            .open = open,
            .memory = [](const RatingsShape& shape, const OptionValues& values) {
                return bayes_memory(shape.users, shape.items, shape.ratings, options_of(values, {}));
            }};
}

}  // namespace eckart::recsys
