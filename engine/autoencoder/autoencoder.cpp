#include "engine/autoencoder/autoencoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "engine/autoencoder/adam.h"
#include "engine/autoencoder/autoencoder_network.h"
#include "engine/matrix/entries.h"
#include "engine/matrix/row_products.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

namespace eckart {
namespace {

constexpr double worse = 10;  ///< an epoch with so many times the loss at the beginning has diverged
constexpr std::uint64_t order_stream = std::uint64_t{1} << 62, start_stream = order_stream + 1;

template <class Value, std::size_t count>
using Words = std::array<std::pair<Value, std::string_view>, count>;

constexpr Words<Activation, 4> activations = {{{Activation::linear, "linear"},
                                               {Activation::tanh, "tanh"},
                                               {Activation::sigmoid, "sigmoid"},
                                               {Activation::relu, "relu"}}};
constexpr Words<ReconstructionLoss, 3> losses = {{{ReconstructionLoss::squared, "squared"},
                                                  {ReconstructionLoss::logistic, "logistic"},
                                                  {ReconstructionLoss::multinomial, "multinomial"}}};
constexpr Words<InputNoise, 3> noises = {
    {{InputNoise::none, "none"}, {InputNoise::dropout, "dropout"}, {InputNoise::gaussian, "gaussian"}}};

template <class Value, std::size_t count>
std::string_view word_of(Value value, const Words<Value, count>& words) {
    return std::find_if(words.begin(), words.end(), [&](const auto& pair) { return pair.first == value; })->second;
}

template <class Value, std::size_t count>
Value parsed(std::string_view word, const Words<Value, count>& words) {
    std::string known;
    for (const auto& [value, name] : words) {
        if (word == name) return value;
        known += (known.empty() ? "" : ", ") + std::string(name);
    }
    throw UsageError("found \"" + std::string(word) + "\", expected one of " + known);
}

void require(bool holds, const std::string& what) {
    if (!holds) throw UsageError("an autoencoder's " + what);
}

void check(const AutoencoderLayers& layers) {
    constexpr std::int64_t most = 1 << 20;
    const auto wide = [](std::int64_t width) { return width >= 1 && width <= most; };
    require(wide(layers.code), "code must have from 1 to " + std::to_string(most) + " numbers");
    require(std::all_of(layers.encoder.begin(), layers.encoder.end(), wide) &&
                std::all_of(layers.decoder.begin(), layers.decoder.end(), wide),
            "layers must have from 1 to " + std::to_string(most) + " units");
}

void check(const AutoencoderTraining& training) {
    const auto finite = [](double value) { return value >= 0 && std::isfinite(value); };
    require(training.noise != InputNoise::dropout || (training.noise_level >= 0 && training.noise_level < 1),
            "dropout must be at least 0 and below 1, which would leave nothing of the input");
    require(finite(training.noise_level), "noise must be a number from 0 up");
    require(finite(training.kl_weight) && finite(training.annealing_epochs),
            "KL weight and its annealing must be numbers from 0 up");
    require(training.variance > 0 && std::isfinite(training.variance), "variance must be a number above 0");
    require(training.learning_rate > 0 && std::isfinite(training.learning_rate), "learning rate must be above 0");
    require(finite(training.decay) && training.learning_rate * training.decay < 1,
            "decay must be a number from 0 up, below 1 / learning rate");
    require(training.batch >= 1 && training.epochs >= 1 && training.patience >= 0,
            "batch and epochs must be at least 1, patience at least 0");
}

void check(const CsrView& x, ReconstructionLoss loss) {
    require_finite(x, "an autoencoder");
    if (x.nonzeros() == 0) throw UsageError("an autoencoder needs at least one entry to learn from");
    const auto [low, high] = std::minmax_element(x.values.begin(), x.values.end());
    if (loss == ReconstructionLoss::multinomial && *low < 0) {
        throw UsageError("found the value " + std::to_string(*low) +
                         ", expected none below 0, as the multinomial loss counts; use squared loss");
    }
    if (loss == ReconstructionLoss::logistic && (*low < 0 || *high > 1)) {
        throw UsageError("found the value " + std::to_string(*low < 0 ? *low : *high) +
                         ", expected values from 0 to 1, which the logistic loss takes for chances; use squared loss");
    }
}

/// Matrices and biases of the network's sizes, zero.
NetworkParameters<float> zeros(const AutoencoderLayers& layers, std::int64_t columns) {
    NetworkParameters<float> result;
    for (const WeightShape& shape : weight_shapes(layers, columns)) {
        result.biases.emplace_back(Eigen::VectorXf::Zero(shape.units));
        result.weights.emplace_back(DenseMatrix::Zero(shape.rows, shape.cols));
    }
    return result;
}

/// Glorot and Bengio's: uniform of variance 2 / (units before + units after).
NetworkParameters<float> drawn(const AutoencoderLayers& layers, std::int64_t columns, std::uint64_t seed) {
    NetworkParameters<float> result = zeros(layers, columns);
    for (std::size_t layer = 0; layer < result.weights.size(); ++layer) {
        DenseMatrix& weights = result.weights[layer];
        const Philox random(seed, start_stream + layer);
        const double limit = std::sqrt(6.0 / static_cast<double>(weights.rows() + weights.cols()));
        for (Eigen::Index i = 0; i < weights.size(); ++i) {
            weights.data()[i] = static_cast<float>(limit * (2 * random.uniform(static_cast<std::uint64_t>(i)) - 1));
        }
    }
    return result;
}

bool same_shape(const AutoencoderLayers& a, const AutoencoderLayers& b) {
    return a.encoder == b.encoder && a.code == b.code && a.decoder == b.decoder && a.activation == b.activation &&
           a.linear_code == b.linear_code && a.variational == b.variational && a.unit_rows == b.unit_rows;
}

AutoencoderFit begun(const CsrView& x, const AutoencoderLayers& layers, std::uint64_t seed,
                     const AutoencoderFit* start) {
    if (start == nullptr) return untrained_autoencoder(layers, x.cols, seed);
    if (!same_shape(layers, start->layers) || start->best.weights.front().rows() != x.cols) {
        throw UsageError("training can go on only with the layers and the columns that it was begun with");
    }
    return *start;
}

class Training {
  public:
    Training(const CsrView& x, const AutoencoderTraining& options, const Progress& progress, const TrainingHooks& hooks,
             AutoencoderFit fit)
        : x_(x),
          options_(options),
          progress_(progress),
          hooks_(hooks),
          fit_(std::move(fit)),
          adam_(fit_, options.learning_rate, options.decay) {}

    AutoencoderFit run() {
        const std::int64_t last = fit_.epochs() + options_.epochs;
        fit_.end = TrainingEnd::epochs;
        while (fit_.epochs() < last && fit_.end == TrainingEnd::epochs) {
            if (!guarded_epoch(last)) break;
            judge();
            if (hooks_.checkpoint) hooks_.checkpoint(fit_);
        }
        return std::move(fit_);
    }

  private:
    /// One epoch; false if it did not come to its end, and then nothing of it is kept but in `current`.
    bool guarded_epoch(std::int64_t last) {
        try {
            return epoch(last);
        } catch (const InterruptedError&) {
            if (fit_.loss.empty()) throw;
            fit_.end = TrainingEnd::interrupted;
            return false;
        }
    }

    bool epoch(std::int64_t last) {
        const std::vector<std::int64_t> order = shuffled();
        const auto rows = static_cast<std::int64_t>(order.size());
        network::BatchObjective sum;
        for (std::int64_t begin = 0; begin < rows; begin += options_.batch) {
            report(begin, rows, last);
            const auto size = static_cast<std::size_t>(std::min(options_.batch, rows - begin));
            const auto objective = step(std::span(order).subspan(begin, size));
            sum.reconstruction += objective.reconstruction;
            sum.divergence += objective.divergence;
            if (begin == 0 && fit_.loss.empty()) untrained_loss_ = objective.reconstruction / static_cast<double>(size);
            if (!std::isfinite(sum.reconstruction + sum.divergence)) return diverged();
        }
        const double loss = (sum.reconstruction + kl_weight() * sum.divergence) / static_cast<double>(rows);
        if (loss > worse * (fit_.loss.empty() ? untrained_loss_ : fit_.loss.front())) return diverged();
        fit_.loss.push_back(loss);
        fit_.divergence.push_back(sum.divergence / static_cast<double>(rows));
        return true;
    }

    /// Goes back to what was best.
    bool diverged() {
        if (fit_.loss.empty()) {
            throw UsageError("training diverged in its first epoch; it needs a lower learning rate than " +
                             std::to_string(options_.learning_rate));
        }
        fit_.end = TrainingEnd::diverged;
        begin_moments(fit_);
        return false;
    }

    void report(std::int64_t begin, std::int64_t rows, std::int64_t last) const {
        std::string phase = "training";
        if (!fit_.validation.empty()) {
            phase += ", validation " + std::to_string(fit_.validation.back()).substr(0, 6) + " (best " +
                     std::to_string(fit_.validation[fit_.best_epoch - 1]).substr(0, 6) + ")";
        }
        const std::int64_t first = last - options_.epochs;
        progress_.report(phase, static_cast<std::uint64_t>((fit_.epochs() - first) * rows + begin),
                         static_cast<std::uint64_t>(options_.epochs * rows));
    }

    network::BatchObjective step(std::span<const std::int64_t> rows) {
        const auto batch = network::make_batch<float>(x_, rows, fit_.layers, options_, fit_.epochs());
        adam_.begin_step();
        return network::step<float>(fit_.current, batch, {fit_.layers, options_, kl_weight(), fit_.epochs()}, space_,
                                    adam_);
    }

    /// Rises in equal steps, one an epoch.
    double kl_weight() const {
        const auto done = static_cast<double>(fit_.epochs());
        return options_.annealing_epochs > done ? options_.kl_weight * done / options_.annealing_epochs
                                                : options_.kl_weight;
    }

    /// Keeps the network where it is the best so far.
    void judge() {
        bool better = true;
        if (hooks_.validate) {
            const double figure = hooks_.validate(view_of(fit_.layers, fit_.current));
            better = fit_.best_epoch == 0 || figure > fit_.validation[fit_.best_epoch - 1];
            fit_.validation.push_back(figure);
        }
        if (better) {
            fit_.best = fit_.current;
            fit_.best_epoch = fit_.epochs();
        } else if (options_.patience > 0 && fit_.epochs() - fit_.best_epoch >= options_.patience) {
            fit_.end = TrainingEnd::patience;
        }
    }

    std::vector<std::int64_t> shuffled() const {
        std::vector<std::int64_t> order(x_.rows);
        std::iota(order.begin(), order.end(), std::int64_t{0});
        const Philox random(options_.seed, order_stream - 1 - static_cast<std::uint64_t>(fit_.epochs()));
        for (std::size_t left = order.size(); left > 1; --left) {
            std::swap(order[left - 1], order[random.below(left, left)]);
        }
        return order;
    }

    const CsrView& x_;
    const AutoencoderTraining& options_;
    const Progress& progress_;
    const TrainingHooks& hooks_;
    AutoencoderFit fit_;
    network::Adam adam_;
    network::Workspace<float> space_;
    double untrained_loss_ = 0;  ///< of the first batch of all
};

void add_biases_and_activate(const AutoencoderView& network, std::size_t layer, DenseMatrix& a) {
    using Column = Eigen::Array<float, Eigen::Dynamic, 1>;
    const Eigen::Map<const Column> bias(network.biases[layer].data(), a.cols());
    const Activation activation = network::activation_of(network.layers, layer);
    parallel_blocks(a.rows(), 16, [&](Range rows) {
        Column row(a.cols());  // by itself, so that its bytes do not depend on where it stands
        for (std::int64_t r = rows.begin; r < rows.end; ++r) {
            row = a.row(r).transpose().array() + bias;
            network::activate<float>(activation, row);
            a.row(r) = row.transpose().matrix();
        }
    });
}

/// Layers from `first` on, up to `last`, of rows that have `a` before them.
DenseMatrix through_layers(const AutoencoderView& network, DenseMatrix a, std::size_t first, std::size_t last) {
    for (std::size_t layer = first; layer < last; ++layer) {
        DenseMatrix next(a.rows(), network.weights[layer].rows());
        row_products(a, network.weights[layer], next);
        add_biases_and_activate(network, layer, next);
        a = std::move(next);
    }
    return a;
}

/// The first layer of rows of x.
DenseMatrix read_rows(const AutoencoderView& network, const CsrView& x) {
    DenseMatrix a = DenseMatrix::Zero(x.rows, network.weights[0].cols());
    parallel_blocks(x.rows, 16, [&](Range rows) {
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            const CsrRow entries = x.row(row);
            const double scale = network.layers.unit_rows ? network::reciprocal_length(entries.values) : 1;
            Eigen::RowVectorXf sum = Eigen::RowVectorXf::Zero(a.cols());
            for (std::size_t e = 0; e < entries.size(); ++e) {
                sum += static_cast<float>(scale * static_cast<double>(entries.values[e])) *
                       network.weights[0].row(entries.columns[e]);
            }
            a.row(row) = sum;
        }
    });
    add_biases_and_activate(network, 0, a);
    return a;
}

}  // namespace

std::string_view name(Activation activation) {
    return word_of(activation, activations);
}

std::string_view name(ReconstructionLoss loss) {
    return word_of(loss, losses);
}

std::string_view name(InputNoise noise) {
    return word_of(noise, noises);
}

Activation parse_activation(std::string_view word) {
    return parsed(word, activations);
}

ReconstructionLoss parse_reconstruction_loss(std::string_view word) {
    return parsed(word, losses);
}

InputNoise parse_input_noise(std::string_view word) {
    return parsed(word, noises);
}

std::vector<WeightShape> weight_shapes(const AutoencoderLayers& layers, std::int64_t columns) {
    std::vector<WeightShape> shapes;
    std::int64_t before = columns;
    const auto add = [&](std::int64_t width) {
        shapes.push_back(shapes.empty() ? WeightShape{before, width, width} : WeightShape{width, before, width});
        before = width;
    };
    for (const std::int64_t width : layers.encoder) add(width);
    add(layers.variational ? 2 * layers.code : layers.code);
    before = layers.code;
    for (const std::int64_t width : layers.decoder) add(width);
    add(columns);
    return shapes;
}

AutoencoderFit untrained_autoencoder(const AutoencoderLayers& layers, std::int64_t columns, std::uint64_t seed) {
    AutoencoderFit fit;
    fit.layers = layers;
    fit.best = drawn(layers, columns, seed);
    begin_moments(fit);
    return fit;
}

void begin_moments(AutoencoderFit& fit) {
    const std::int64_t columns = fit.best.weights.front().rows();
    fit.current = fit.best;
    fit.first_moments = zeros(fit.layers, columns);
    fit.second_moments = fit.first_moments;
    fit.moment_steps.assign(columns, 0);
    fit.steps = 0;
}

AutoencoderFit fit_autoencoder(const CsrView& x, const AutoencoderLayers& layers, const AutoencoderTraining& training,
                               const Progress& progress, const TrainingHooks& hooks, const AutoencoderFit* start) {
    check(layers);
    check(training);
    check(x, training.loss);
    training.memory.require(autoencoder_memory(x.rows, x.cols, x.nonzeros(), layers, training), "an autoencoder");
    return Training(x, training, progress, hooks, begun(x, layers, training.seed, start)).run();
}

std::uint64_t autoencoder_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries,
                                 const AutoencoderLayers& layers, const AutoencoderTraining& training) {
    const std::int64_t batch = std::min(rows, training.batch), groups = 16;
    std::int64_t numbers = 0, widest = 0, hidden = 0;
    for (const WeightShape& shape : weight_shapes(layers, columns)) {
        numbers += shape.rows * shape.cols + std::max(shape.rows, shape.cols);
        const std::int64_t width = std::min(shape.rows, shape.cols);
        hidden += width;
        widest = std::max(widest, width);
    }
    const std::int64_t outputs = training.loss == ReconstructionLoss::multinomial ? columns : groups * 512;
    const std::int64_t work = batch * (outputs + 3 * hidden + (groups + 3) * widest) + groups * 513 * widest;
    const std::int64_t entries_of_batch = rows > 0 ? std::min(entries, entries / rows * batch * 2) : 0;
    return 4 * static_cast<std::uint64_t>(4 * numbers + work) +
           static_cast<std::uint64_t>(28 * entries_of_batch + 24 * columns + 8 * rows);
}

AutoencoderView view_of(const AutoencoderLayers& layers, const NetworkParameters<float>& parameters) {
    AutoencoderView view{layers, {}, {}};
    for (const DenseMatrix& weights : parameters.weights) {
        view.weights.emplace_back(weights.data(), weights.rows(), weights.cols());
    }
    for (const auto& biases : parameters.biases)
        view.biases.emplace_back(biases.data(), static_cast<std::size_t>(biases.size()));
    return view;
}

DenseMatrix encode(const AutoencoderView& network, const CsrView& x) {
    if (x.cols != network.columns()) {
        throw UsageError("found rows of " + std::to_string(x.cols) + " columns, expected the " +
                         std::to_string(network.columns()) + " that the autoencoder was trained on");
    }
    DenseMatrix codes = through_layers(network, read_rows(network, x), 1, network.layers.encoder.size() + 1);
    if (network.layers.variational) codes = codes.leftCols(network.layers.code).eval();
    return codes;
}

DenseMatrix decode_hidden(const AutoencoderView& network, ConstPanelRef<float> codes) {
    return through_layers(network, codes, network.layers.encoder.size() + 1, network.weights.size() - 1);
}

void decode(const AutoencoderView& network, ConstPanelRef<float> codes, PanelRef<float> outputs) {
    row_products(decode_hidden(network, codes), network.weights.back(), outputs);
    const Eigen::Map<const Eigen::RowVectorXf> bias(network.biases.back().data(), outputs.cols());
    outputs.rowwise() += bias;
}

}  // namespace eckart
