#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

// Autoencoders of several layers on sparse rows: plain, denoising and variational. Those that are linear and have a
// closed form are in low_rank_autoencoder.h and linear_autoencoder.h.

namespace eckart {

/// What a unit makes of the sum that reaches it.
enum class Activation { linear, tanh, sigmoid, relu };

/// What the error of a row x is, given the outputs o for it (one a column).
enum class ReconstructionLoss {
    squared,     ///< sum of (x_i - o_i)^2
    logistic,    ///< sum of log(1 + exp o_i) - x_i o_i: x_i in [0, 1] is the chance of a 1, o_i its log odds
    multinomial  ///< - sum of x_i log softmax(o)_i: x_i >= 0 counts draws among the columns
};

/// What is done to a row before it is encoded; its error is that against the row as it was.
enum class InputNoise {
    none,
    dropout,  ///< each stored entry becomes 0 with chance p, and the others are divided by 1 - p
    gaussian  ///< a normal number of deviation p is added to each stored entry; those not stored stay 0
};

/// Words as options have them: "tanh", "multinomial", "dropout". `parse_...` throw UsageError on any other word, naming
/// those that there are.
std::string_view name(Activation activation);
std::string_view name(ReconstructionLoss loss);
std::string_view name(InputNoise noise);
Activation parse_activation(std::string_view word);
ReconstructionLoss parse_reconstruction_loss(std::string_view word);
InputNoise parse_input_noise(std::string_view word);

/// The shape of the network: columns - encoder widths - code - decoder widths - columns.
struct AutoencoderLayers {
    std::vector<std::int64_t> encoder = {600};  ///< widths between input and code, each >= 1; may be empty
    std::int64_t code = 200;                    ///< k >= 1
    std::vector<std::int64_t> decoder = {600};  ///< widths between code and output; may be empty
    Activation activation = Activation::tanh;   ///< of these layers and of the code; outputs are linear
    bool linear_code = false;                   ///< the code is linear whatever the other layers are
    /// The encoder gives the mean and the log variance of a normal distribution of codes; both are linear.
    bool variational = false;
    bool unit_rows = true;  ///< rows are divided by their length before they are encoded
};

/// How a network is trained. Defaults are those of Liang et al. (2018) where they say them.
struct AutoencoderTraining {
    ReconstructionLoss loss = ReconstructionLoss::multinomial;
    InputNoise noise = InputNoise::dropout;
    double noise_level = 0.5;  ///< p: in [0, 1) of dropout, >= 0 of Gaussian noise
    /// Variational: what KL(q || p) counts in the end, >= 0; 1 makes the objective the evidence lower bound.
    double kl_weight = 0.2;
    double annealing_epochs = 20;  ///< it rises from 0 to kl_weight in so many epochs, >= 0
    /// Variational with squared loss: sigma^2 > 0 of the normal likelihood, whose -log is (x_i - o_i)^2 / 2 sigma^2 but
    /// for a constant.
    double variance = 1;
    double learning_rate = 1e-3;  ///< of Adam, > 0
    double decay = 0;             ///< in each step weights shrink by learning_rate times this part, >= 0
    std::int64_t batch = 500;     ///< rows a step, >= 1
    std::int64_t epochs = 100;    ///< passes over the rows at most, >= 1
    std::int64_t patience = 20;   ///< ends after so many epochs without a better validation figure; 0: never
    std::uint64_t seed = 1;       ///< of the start, the order of rows and the noise
    MemoryBudget memory = {};     ///< of what is allocated here
};

/// Numbers of a network, layer by layer: that from the input, those up to the code, those up to the output. The first
/// matrix is columns x width, as one row of it is read for each entry; the others are width x width of the layer
/// before, so that the last is columns x width, too. A variational code layer has 2 k rows, the means first.
template <class Real>
struct NetworkParameters {
    std::vector<RowMajorMatrix<Real>> weights;
    std::vector<Eigen::Matrix<Real, Eigen::Dynamic, 1>> biases;
};

/// Shape of a layer's weights, and how many units, and so biases, it has.
struct WeightShape {
    std::int64_t rows, cols, units;
};

/// Of each layer of a network for so many columns, as NetworkParameters has them.
std::vector<WeightShape> weight_shapes(const AutoencoderLayers& layers, std::int64_t columns);

/// A network that somebody else owns, in memory or mapped from disk.
struct AutoencoderView {
    AutoencoderLayers layers;
    std::vector<ConstMatrixMap> weights;
    std::vector<std::span<const float>> biases;

    std::int64_t columns() const { return weights.front().rows(); }
};

/// Why training ended.
enum class TrainingEnd { epochs, patience, interrupted, diverged };

/// What training learned: plain data, complete once returned.
struct AutoencoderFit {
    AutoencoderLayers layers;
    NetworkParameters<float> best;   ///< the network of the best validation figure; of the last epoch without one
    std::vector<double> loss;        ///< of each epoch: mean objective of a row, noise and all, while it was learned
    std::vector<double> divergence;  ///< of each epoch: mean KL(q || p) of a row; zeros if not variational
    std::vector<double> validation;  ///< figure after each epoch; empty without one
    std::int64_t best_epoch = 0;     ///< of `best`, from 1 on
    TrainingEnd end = TrainingEnd::epochs;

    // What going on needs beside; sizes as in `best`.
    NetworkParameters<float> current;
    NetworkParameters<float> first_moments, second_moments;
    std::vector<std::int64_t> moment_steps;  ///< of each column: the step at which its first-layer moments stand
    std::int64_t steps = 0;

    std::int64_t epochs() const { return static_cast<std::int64_t>(loss.size()); }
};

/// Where training begins: weights drawn as Glorot and Bengio (AISTATS 2010) have them, biases of 0, no epoch done.
AutoencoderFit untrained_autoencoder(const AutoencoderLayers& layers, std::int64_t columns, std::uint64_t seed);

/// Makes `current` the network that was kept and forgets the moments: training goes on from there as if anew.
void begin_moments(AutoencoderFit& fit);

/// What training asks of its caller after each epoch.
struct TrainingHooks {
    /// Judges a network, the higher the better; if empty, the last epoch's is kept.
    std::function<double(const AutoencoderView&)> validate = {};
    /// Sees all there is, for keeping it; called between epochs.
    std::function<void(const AutoencoderFit&)> checkpoint = {};
};

/// Trains an autoencoder on the rows of x (rows x columns; an entry that is not stored is 0): minimizes the mean over
/// rows of
///
///     loss(x, D(E(noise(x))))                                       or, if variational,
///     E over z ~ q(z given noise(x)) of loss(x, D(z))  +  kl_weight KL(q(z given noise(x)) || N(0, I))
///
/// with q normal of diagonal covariance and z = mean + deviation times a normal draw (Kingma and Welling,
/// "Auto-encoding variational Bayes", ICLR 2014; the multinomial loss, the noise and the weight as Liang, Krishnan,
/// Hoffman and Jebara, "Variational autoencoders for collaborative filtering", WWW 2018), by Adam (Kingma and Ba, ICLR
/// 2015) on batches of rows, from weights drawn as Glorot and Bengio (AISTATS 2010) have them.
///
/// Only what a batch stores is read of the first layer, and only those rows of it take a step; their moments are first
/// brought to where they would be after the steps between. No array of rows x columns is held; one of batch x columns
/// is, with multinomial loss. The same bytes for any number of threads, and for a fit that was interrupted between
/// epochs and taken up again by `start`.
///
/// A loss that is not finite, or an epoch's mean loss ten times that of the first, ends training: `end` is diverged and
/// `best` what was best before. An interruption after the first epoch returns what there is.
///
/// Costs about 6 columns width operations a row and epoch for the last layer's width, and as much for the others.
/// Throws UsageError if an option is out of range, x has no entry or one that is not finite or that the loss has no
/// place for, or `start` has other layers or columns; UsageError where training diverges in its first epoch;
/// MemoryError past the budget.
[[nodiscard]] AutoencoderFit fit_autoencoder(const CsrView& x, const AutoencoderLayers& layers,
                                             const AutoencoderTraining& training, const Progress& progress = {},
                                             const TrainingHooks& hooks = {}, const AutoencoderFit* start = nullptr);

/// Bytes that training holds at most, beside x.
std::uint64_t autoencoder_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries,
                                 const AutoencoderLayers& layers, const AutoencoderTraining& training);

/// `parameters` under a view; borrows them.
AutoencoderView view_of(const AutoencoderLayers& layers, const NetworkParameters<float>& parameters);

/// E(x), rows x k: codes, or their means if variational. A row's code is the same bytes alone or among others.
/// Throws UsageError if x has other columns.
DenseMatrix encode(const AutoencoderView& network, const CsrView& x);

/// The last layer but the outputs, rows x its width: of codes, rows x k. Outputs are its rows times those of the last
/// weights, and the last biases.
DenseMatrix decode_hidden(const AutoencoderView& network, ConstPanelRef<float> codes);

/// D(codes), rows x columns, into `outputs`.
void decode(const AutoencoderView& network, ConstPanelRef<float> codes, PanelRef<float> outputs);

}  // namespace eckart
