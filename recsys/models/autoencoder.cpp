#include "recsys/models/autoencoder.h"

#include <algorithm>
#include <utility>

#include "engine/autoencoder/autoencoder.h"
#include "engine/autoencoder/stored_autoencoder.h"
#include "engine/matrix/row_products.h"
#include "engine/support/error.h"
#include "recsys/models/early_stopping.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_factors.h"
#include "recsys/models/item_weights.h"

// Notation, as in engine/autoencoder/autoencoder.h: a row x of likes has the code z(x), of which the decoder makes the
// last hidden layer h(z); the score of item i is h . w_i + a_i, with row w_i of the last weights and a_i the last bias.

namespace eckart::recsys {
namespace {

constexpr std::string_view steps_file = "moment_steps.npy";

AutoencoderLayers layers_of(const OptionValues& values, bool variational) {
    const std::vector<std::int64_t> widths = values.counts("layers");  // up to the code
    AutoencoderLayers layers;
    layers.code = widths.back();
    layers.encoder.assign(widths.begin(), widths.end() - 1);
    layers.decoder.assign(layers.encoder.rbegin(), layers.encoder.rend());
    layers.activation = parse_activation(values.text("activation"));
    layers.variational = variational;
    return layers;
}

AutoencoderTraining training_of(const OptionValues& values, bool variational, const FitContext& context) {
    AutoencoderTraining training;
    training.loss = parse_reconstruction_loss(values.text("loss"));
    training.noise_level = values.number("dropout");
    training.learning_rate = values.number("learning-rate");
    training.decay = values.number("weight-decay");
    training.batch = values.count("batch");
    training.epochs = values.count("epochs");
    training.patience = values.count("patience");
    training.seed = context.seed;
    training.memory = context.memory;
    if (!variational) return training;
    training.kl_weight = values.number("kl-weight");
    training.annealing_epochs = values.number("annealing-epochs");
    return training;
}

std::string_view name(TrainingEnd end) {
    if (end == TrainingEnd::epochs) return "epochs";
    if (end == TrainingEnd::patience) return "patience";
    return end == TrainingEnd::diverged ? "diverged" : "interrupted";
}

/// What the model knows beside its numbers.
struct AutoencoderState {
    AutoencoderLayers layers;
    std::int64_t items = 0;
    std::int64_t epochs = 0;  ///< done, in this fit and those it went on from
    std::int64_t best_epoch = 0;
    std::vector<double> loss = {}, divergence = {}, validation = {};  ///< as AutoencoderFit has them
    std::int64_t steps = 0;
    std::string end = {};

    bool interrupted() const { return end == "interrupted"; }
    bool diverged() const { return end == "diverged"; }
};

constexpr const char* divergence_note = "training diverged; kept is what was best before it";

Figures figures_of(const AutoencoderState& state) {
    Figures network = parse_figures(layers_json(state.layers));
    network.set({"items", state.items});
    network.set({"steps", state.steps});
    Figures figures = {{"network", network}, {"epochs", state.epochs}, {"best_epoch", state.best_epoch}};
    if (!state.validation.empty() && state.best_epoch > 0) {
        figures.set({"best_validation", state.validation[state.best_epoch - 1]});
    }
    figures.append({{"loss", state.loss},
                    {"divergence", state.divergence},
                    {"validation", state.validation},
                    {"end", state.end},
                    {"interrupted", state.interrupted()}});
    if (state.diverged()) figures.set({"note", std::string(divergence_note)});
    return figures;
}

AutoencoderState state_from(const Figures& figures) {
    const Figures& network = figures.object("network");
    return {.layers = parse_layers_json(json_of(network)),
            .items = network.count("items"),
            .epochs = figures.count("epochs"),
            .best_epoch = figures.count("best_epoch"),
            .loss = figures.numbers("loss"),
            .divergence = figures.numbers("divergence"),
            .validation = figures.numbers("validation"),
            .steps = network.count("steps"),
            .end = figures.text("end")};
}

/// What an unfinished training goes on from.
struct Unfinished {
    StoredAutoencoder current, first_moments, second_moments;
    StoredVector<std::int64_t> moment_steps;
};

class NeuralAutoencoder final : public Recommender {
  public:
    NeuralAutoencoder(AutoencoderState state, StoredAutoencoder network, std::optional<Unfinished> unfinished)
        : state_(std::move(state)),
          network_(std::move(network)),
          view_(network_.view(state_.layers)),
          unfinished_(std::move(unfinished)) {}

    std::string_view name() const override { return state_.layers.variational ? "mult-vae" : "mult-dae"; }
    std::int64_t items() const override { return state_.items; }
    std::optional<RatingScale> scale() const override { return std::nullopt; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        score_products(*factored_people(profiles), *factored_items(), scores);
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const double base = score_without({}, item, 0), score = score_without(profile, item, profile.size());
        std::vector<double> parts(profile.size());
        for (std::size_t p = 0; p < parts.size(); ++p) parts[p] = score - score_without(profile, item, p);
        Explanation explanation = explanation_of(base, profile, parts);
        explanation.together = score - explanation.score;
        explanation.score = score;
        return explanation;
    }

    /// Cosine of the items' output weights.
    std::vector<float> similar(std::int32_t item) const override { return cosines(view_.weights.back(), item); }

    std::optional<ItemVectors> item_vectors() const override { return view_.weights.back(); }

    std::optional<FactoredItems> factored_items() const override {
        return FactoredItems{view_.weights.back(), view_.biases.back()};
    }

    /// The last layer before the outputs.
    std::optional<FactoredPeople> factored_people(std::span<const Profile> profiles) const override {
        const CsrMatrix rows = matrix_of(profiles, items());
        return FactoredPeople{decode_hidden(view_, encode(view_, Likes(rows).view()))};
    }

    void save(const StoreWriter& store) const override {
        network_.save(store, "network");
        if (!unfinished_) return;
        unfinished_->current.save(store, "current");
        unfinished_->first_moments.save(store, "first_moments");
        unfinished_->second_moments.save(store, "second_moments");
        unfinished_->moment_steps.save(store, steps_file);
    }

    Figures figures() const override { return figures_of(state_); }

    FitReport report() const {
        FitReport report{.rounds = state_.epochs,
                         .loss = state_.loss,
                         .interrupted = state_.interrupted(),
                         .figures = numbers_of(figures())};
        if (state_.diverged()) report.notes.push_back({"training-diverged", divergence_note});
        return report;
    }

    /// What training goes on from: where an unfinished one stood, or anew with the network that was kept.
    AutoencoderFit training() const {
        AutoencoderFit fit;
        fit.layers = state_.layers;
        fit.best = network_.parameters();
        fit.loss = state_.loss;
        fit.divergence = state_.divergence;
        fit.validation = state_.validation;
        fit.best_epoch = state_.best_epoch;
        if (!unfinished_) {
            begin_moments(fit);
            return fit;
        }
        fit.current = unfinished_->current.parameters();
        fit.first_moments = unfinished_->first_moments.parameters();
        fit.second_moments = unfinished_->second_moments.parameters();
        const auto steps = unfinished_->moment_steps.values();
        fit.moment_steps.assign(steps.begin(), steps.end());
        fit.steps = state_.steps;
        return fit;
    }

    bool is_unfinished() const { return unfinished_.has_value(); }

  private:
    /// The item's score without the like at place `left_out`; with all of them where there is none.
    double score_without(const Profile& profile, std::int32_t item, std::size_t left_out) const {
        std::vector<std::int32_t> items(profile.items.begin(), profile.items.end());
        std::vector<float> values(profile.values.begin(), profile.values.end());
        if (left_out < items.size()) {
            items.erase(items.begin() + static_cast<std::ptrdiff_t>(left_out));
            values.erase(values.begin() + static_cast<std::ptrdiff_t>(left_out));
        }
        const Profile rest{items, values};
        DenseMatrix score(1, 1);
        const FactoredItems all = *factored_items();
        const ConstMatrixMap one(all.factors.row(item).data(), 1, all.factors.cols());
        score_products(*factored_people({&rest, 1}), {one, all.offsets.subspan(item, 1)}, score);
        return static_cast<double>(score(0, 0));
    }

    AutoencoderState state_;
    StoredAutoencoder network_;
    AutoencoderView view_;
    std::optional<Unfinished> unfinished_;
};

/// A model of what training has; `end` stands for how it ended.
std::unique_ptr<NeuralAutoencoder> model_of(const AutoencoderFit& fit, std::string_view end) {
    AutoencoderState state{.layers = fit.layers,
                           .items = fit.best.weights.front().rows(),
                           .epochs = fit.epochs(),
                           .best_epoch = fit.best_epoch,
                           .loss = fit.loss,
                           .divergence = fit.divergence,
                           .validation = fit.validation,
                           .steps = fit.steps,
                           .end = std::string(end)};
    std::optional<Unfinished> unfinished;
    if (state.interrupted()) {
        unfinished.emplace(Unfinished{StoredAutoencoder(fit.current), StoredAutoencoder(fit.first_moments),
                                      StoredAutoencoder(fit.second_moments),
                                      StoredVector<std::int64_t>(fit.moment_steps)});
    }
    return std::make_unique<NeuralAutoencoder>(std::move(state), StoredAutoencoder(fit.best), std::move(unfinished));
}

/// A model that judges a network in training; copies its numbers.
double ndcg_of(const AutoencoderView& network, const ValidationPeople& people) {
    NetworkParameters<float> numbers;
    for (const ConstMatrixMap& weights : network.weights) numbers.weights.emplace_back(weights);
    for (const auto biases : network.biases) {
        numbers.biases.emplace_back(Eigen::Map<const Eigen::VectorXf>(biases.data(), std::ssize(biases)));
    }
    const NeuralAutoencoder model({.layers = network.layers, .items = network.columns()},
                                  StoredAutoencoder(std::move(numbers)), std::nullopt);
    return people.ndcg(model);
}

TrainingHooks hooks_of(const ValidationPeople& people, const Checkpoints& checkpoints) {
    TrainingHooks hooks;
    if (!people.empty()) {
        hooks.validate = [&people](const AutoencoderView& network) { return ndcg_of(network, people); };
    }
    if (checkpoints.due) {
        hooks.checkpoint = [&checkpoints](const AutoencoderFit& fit) {
            if (checkpoints.due()) checkpoints.keep(*model_of(fit, "interrupted"));
        };
    }
    return hooks;
}

/// Epochs left of those asked for, where the fit to go on from was interrupted; otherwise all.
std::int64_t epochs_left(std::int64_t asked, const NeuralAutoencoder& before, const AutoencoderFit& state) {
    return before.is_unfinished() ? std::max<std::int64_t>(1, asked - state.epochs()) : asked;
}

Fitted fitted_autoencoder(bool variational, const CsrView& user_item, const OptionValues& values,
                          const FitContext& context) {
    const AutoencoderLayers layers = layers_of(values, variational);
    AutoencoderTraining training = training_of(values, variational, context);
    const Likes likes(user_item);
    const ValidationPeople people(likes.view(), values.count("validation"), context.seed);
    std::optional<AutoencoderFit> start;
    if (context.start != nullptr) {
        const auto* before = dynamic_cast<const NeuralAutoencoder*>(context.start);
        const std::string own = variational ? "mult-vae" : "mult-dae";
        if (before == nullptr || before->name() != own)
            throw UsageError(own + " can go on only from a model of " + own);
        start = before->training();
        training.epochs = epochs_left(training.epochs, *before, *start);
    }
    const TrainingHooks hooks = hooks_of(people, context.checkpoints);
    const AutoencoderFit made =
        fit_autoencoder(people.train(), layers, training, context.progress, hooks, start ? &*start : nullptr);
    auto model = model_of(made, name(made.end));
    FitReport report = model->report();
    if (start) report.loss.erase(report.loss.begin(), report.loss.begin() + start->epochs());
    return {std::move(model), std::move(report)};
}

std::unique_ptr<Recommender> opened_autoencoder(bool variational, const StoreReader& store, const Figures& figures) {
    const std::string own = variational ? "mult-vae" : "mult-dae";
    const AutoencoderState state = read_figures(own, figures, state_from);
    const auto network = [&](const std::string& part) {
        return StoredAutoencoder(store, part, state.layers, state.items);
    };
    std::optional<Unfinished> unfinished;
    if (state.interrupted()) {
        unfinished.emplace(Unfinished{network("current"), network("first_moments"), network("second_moments"),
                                      StoredVector<std::int64_t>(store, steps_file, state.items)});
    }
    return std::make_unique<NeuralAutoencoder>(state, network("network"), std::move(unfinished));
}

/// The best on validation people of MovieLens 1M.
constexpr AutoencoderTraining usual_training{.noise_level = 0.5,
                                             .kl_weight = 0.02,
                                             .annealing_epochs = 0,
                                             .learning_rate = 1e-3,
                                             .decay = 0.1,
                                             .batch = 100,
                                             .epochs = 200,
                                             .patience = 10};

std::vector<ModelOption> autoencoder_options(bool variational) {
    const AutoencoderTraining& usual = usual_training;
    std::vector<ModelOption> options = {
        counts_option("layers", "200", {1, 1 << 16},
                      "widths of the layers from the first to the code; those to the outputs mirror them"),
        choice_option("activation", "tanh", {"tanh", "sigmoid", "relu", "linear"},
                      "of the units: tanh, sigmoid, relu or linear"),
        choice_option("loss", "multinomial", {"multinomial", "logistic", "squared"},
                      "multinomial, logistic or squared"),
        number_option("dropout", usual.noise_level, {0, 0.999},
                      "share of the likes that training hides from the input, 0 to 0.999", "linear 0.2 0.8"),
        number_option("learning-rate", usual.learning_rate, {1e-9, 1}, "of Adam", "log 0.0003 0.003"),
        number_option("weight-decay", usual.decay, {0, 1e3}, "how fast weights shrink, beside the learning rate",
                      "linear 0 0.3"),
        count_option("batch", usual.batch, {1, 1 << 20}, "users a step", "count 50 500"),
        count_option("epochs", usual.epochs, {1, 1000000}, "passes over the users at most"),
        count_option("patience", usual.patience, {0, 1000000},
                     "ends after so many epochs without a better NDCG@100 for the validation people; 0: never"),
        count_option("validation", 250, {0, 1 << 30},
                     "users kept out of training, a tenth of all at most, to keep what ranks best for them; 0, or "
                     "fewer than 20: none, and the last epoch is kept")};
    if (!variational) return options;
    options.push_back(number_option("kl-weight", usual.kl_weight, {0, 1e3},
                                    "what the divergence of codes from the prior counts", "log 0.005 0.5"));
    options.push_back(number_option("annealing-epochs", usual.annealing_epochs, {0, 1e6},
                                    "it rises from 0 to this in so many epochs"));
    return options;
}

ModelKind kind_of(bool variational) {
    return {.name = variational ? "mult-vae" : "mult-dae",
            .summary = variational ? "variational autoencoder with multinomial likelihood (Liang et al. 2018)"
                                   : "denoising autoencoder with multinomial loss (Liang et al. 2018)",
            .of_likes = true,
            .options = autoencoder_options(variational),
            .fit =
                [variational](const CsrView& user_item, const OptionValues& values, const FitContext& context) {
                    return fitted_autoencoder(variational, user_item, values, context);
                },
            .open = [variational](const StoreReader& store,
                                  const Figures& figures) { return opened_autoencoder(variational, store, figures); },
            .memory =
                [variational](const RatingsShape& shape, const OptionValues& values) {
                    return autoencoder_memory(shape.users, shape.items, shape.ratings, layers_of(values, variational),
                                              training_of(values, variational, {}));
                },
            .factors =
                [variational](const OptionValues& values) {
                    const AutoencoderLayers layers = layers_of(values, variational);
                    return layers.decoder.empty() ? layers.code : layers.decoder.back();
                },
            .has_item_vectors = true,
            .has_user_vectors = ""};
}

}  // namespace

ModelKind mult_dae_kind() {
    return kind_of(false);
}

ModelKind mult_vae_kind() {
    return kind_of(true);
}

}  // namespace eckart::recsys
