#include "engine/autoencoder/scaled_autoencoder.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "engine/matrix/centering.h"
#include "engine/matrix/entries.h"
#include "engine/support/error.h"

// Notation, as in the header:
//   X, mu, n   the rows, their column means, their number of columns
//   s          the spread: root mean square of the entries of X - 1 mu'
//   (X - shift) / (s n^(1/4)), what the network learns; shift is mu where every entry is stored, else 0

namespace eckart {
namespace {

/// A part of training: its share of the epochs, and of the learning rate.
struct Stage {
    double epochs, rate;
};

/// Of a squared norm: what float32 leaves of rows that are equal.
constexpr double roundoff = 1e-13;

constexpr std::array<Stage, 3> stages = {{{0.6, 1}, {0.3, 0.1}, {0.1, 0.01}}};

/// How far rows lie from their mean: the root mean square of an entry of X - 1 mu'; 0 where that is but roundoff.
double spread(const CsrView& x, const Eigen::VectorXd& means) {
    const double entries = static_cast<double>(x.rows) * static_cast<double>(x.cols);
    const double centered = centered_squared_norm(x, means);
    return centered > roundoff * squared_norm(x) ? std::sqrt(centered / entries) : 0;
}

/// How training sees x, in units in which Adam's steps are neither large nor small: (x - shift) / scale. Only where
/// every entry is stored is there a shift, the column means; else it is 0.
struct Units {
    Eigen::VectorXd means;
    double spread = 0;
    double scale = 1;
    bool shifted = false;
};

Units units_of(const CsrView& x, const AutoencoderLayers& layers) {
    Units units{column_means(x)};
    units.spread = spread(x, units.means);
    units.scale = units.spread * std::pow(static_cast<double>(x.cols), 0.25);
    units.shifted = !layers.unit_rows && x.nonzeros() == x.rows * x.cols;
    return units;
}

std::vector<float> in_units(const CsrView& x, const Units& units) {
    std::vector<float> result(x.values.size());
    for (std::size_t p = 0; p < result.size(); ++p) {
        const double shift = units.shifted ? units.means(x.column_indices[p]) : 0;
        result[p] = static_cast<float>((static_cast<double>(x.values[p]) - shift) / units.scale);
    }
    return result;
}

/// Drawn weights, with biases such that a row like the mean becomes a code of zeros, and that one the mean.
AutoencoderFit about_mean(const AutoencoderLayers& layers, const Units& units, std::uint64_t seed) {
    AutoencoderFit fit = untrained_autoencoder(layers, units.means.size(), seed);
    if (units.shifted) return fit;
    const Eigen::VectorXf mean = (units.means / units.scale).cast<float>();
    fit.best.biases.back() = mean;
    if (!layers.unit_rows) fit.best.biases.front() = -fit.best.weights.front().transpose() * mean;
    begin_moments(fit);
    return fit;
}

/// Makes a network of x as training sees it one of x.
void take_out_of(const Units& units, AutoencoderFit& fit) {
    const auto s = static_cast<float>(units.scale);
    NetworkParameters<float>& network = fit.best;
    if (!fit.layers.unit_rows) network.weights.front() /= s;
    network.weights.back() *= s;
    network.biases.back() *= s;
    if (!units.shifted) return;
    network.biases.front() -= (network.weights.front().cast<double>().transpose() * units.means).cast<float>();
    network.biases.back() += units.means.cast<float>();
}

/// Reports parts of one whole.
Progress part_of(const Progress& whole, std::uint64_t begin, std::uint64_t total) {
    return Progress([&whole, begin, total](std::string_view phase, std::uint64_t done, std::uint64_t) {
        whole.report(phase, begin + done, total);
    });
}

/// What `fit` has kept, without a history: what counts epochs begins at 0 again.
AutoencoderFit anew(AutoencoderFit& fit) {
    AutoencoderFit next;
    next.layers = fit.layers;
    next.best = std::move(fit.best);
    begin_moments(next);
    return next;
}

void append(std::vector<double>& all, const std::vector<double>& more) {
    all.insert(all.end(), more.begin(), more.end());
}

AutoencoderFit in_stages(const CsrView& x, const AutoencoderTraining& asked, const Progress& progress,
                         const TrainingHooks& hooks, AutoencoderFit fit) {
    AutoencoderFit history;
    AutoencoderTraining training = asked;
    std::int64_t done = 0;
    double share = 0;
    for (const Stage& stage : stages) {
        share += stage.epochs;
        const auto until = static_cast<std::int64_t>(std::lround(share * static_cast<double>(asked.epochs)));
        if (until == done) continue;
        training.epochs = until - done;
        training.learning_rate = asked.learning_rate * stage.rate;
        const Progress part = part_of(progress, static_cast<std::uint64_t>(done * x.rows),
                                      static_cast<std::uint64_t>(asked.epochs * x.rows));
        fit = fit_autoencoder(x, fit.layers, training, part, hooks, &fit);
        if (fit.end == TrainingEnd::interrupted) throw InterruptedError();
        append(history.loss, fit.loss);
        append(history.divergence, fit.divergence);
        append(history.validation, fit.validation);
        history.end = fit.end;
        done = until;
        training.annealing_epochs = 0;
        fit = anew(fit);
    }
    history.layers = fit.layers;
    history.best = std::move(fit.best);
    history.best_epoch = history.epochs();
    return history;
}

AutoencoderLayers layers_of(const AutoencoderFactorOptions& options) {
    return {.encoder = options.encoder,
            .code = options.rank,
            .decoder = {},
            .activation = options.activation,
            .linear_code = true,
            .variational = options.variational,
            .unit_rows = false};
}

AutoencoderTraining training_of(const AutoencoderFactorOptions& options) {
    return {.loss = ReconstructionLoss::squared,
            .noise = InputNoise::none,
            .kl_weight = 1,
            .variance = options.variance,
            .learning_rate = options.learning_rate,
            .batch = options.batch,
            .epochs = options.epochs,
            .patience = 0,
            .seed = options.seed,
            .memory = options.memory};
}

/// Of rows that are all equal: the mean says it all.
AutoencoderFactors mean_alone(const CsrView& x, std::int64_t rank, Eigen::VectorXd means) {
    return {DenseMatrix::Zero(x.rows, rank), DenseMatrix::Zero(x.cols, rank), std::move(means)};
}

}  // namespace

AutoencoderFit fit_scaled_autoencoder(const CsrView& x, const AutoencoderLayers& layers,
                                      const AutoencoderTraining& training, const Progress& progress,
                                      const TrainingHooks& hooks) {
    require_finite(x, "an autoencoder");
    training.memory.require(scaled_autoencoder_memory(x.rows, x.cols, x.nonzeros(), layers, training),
                            "an autoencoder");
    AutoencoderTraining of_scaled = training;
    of_scaled.memory = {};  // as a whole it was asked for above
    if (training.loss != ReconstructionLoss::squared) {
        return in_stages(x, of_scaled, progress, hooks, untrained_autoencoder(layers, x.cols, training.seed));
    }
    const Units units = units_of(x, layers);
    if (!(units.scale > 0)) throw UsageError("an autoencoder needs rows that are not all equal");
    of_scaled.variance *= units.spread * units.spread / (units.scale * units.scale);
    const std::vector<float> values = in_units(x, units);
    const CsrView scaled{x.rows, x.cols, x.row_offsets, x.column_indices, values};
    AutoencoderFit fit = in_stages(scaled, of_scaled, progress, hooks, about_mean(layers, units, training.seed));
    take_out_of(units, fit);
    return fit;
}

AutoencoderFactors fit_autoencoder_factors(const CsrView& x, const AutoencoderFactorOptions& options,
                                           const Progress& progress) {
    require_finite(x, "an autoencoder");
    const Eigen::VectorXd means = column_means(x);
    if (!(spread(x, means) > 0)) return mean_alone(x, options.rank, means);
    const AutoencoderFit fit = fit_scaled_autoencoder(x, layers_of(options), training_of(options), progress);
    return {.codes = encode(view_of(fit.layers, fit.best), x),
            .decoder = fit.best.weights.back(),
            .mean = fit.best.biases.back().cast<double>(),
            .divergence = fit.divergence.back()};
}

std::uint64_t scaled_autoencoder_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries,
                                        const AutoencoderLayers& layers, const AutoencoderTraining& training) {
    std::int64_t numbers = 0;
    for (const WeightShape& shape : weight_shapes(layers, columns)) numbers += shape.rows * shape.cols + shape.units;
    // a part begins with a copy of what the one before it has left: four arrays of each number
    return autoencoder_memory(rows, columns, entries, layers, training) +
           static_cast<std::uint64_t>(4 * entries + 16 * numbers);
}

std::uint64_t autoencoder_factors_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries,
                                         const AutoencoderFactorOptions& options) {
    return scaled_autoencoder_memory(rows, columns, entries, layers_of(options), training_of(options));
}

}  // namespace eckart
