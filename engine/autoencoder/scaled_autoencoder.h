#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "engine/autoencoder/autoencoder.h"
#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// fit_autoencoder in steps that become smaller and fit x whatever its unit. With squared loss, s being the root mean
/// square of the entries of X - 1 mu', mu its column means, it learns x / (s n^(1/4)): inputs and outputs are then such
/// that neither the first layer nor the last takes steps too large for it. Where every entry is stored mu is subtracted
/// first; else outputs begin at mu, and the first layer where mu would give zeros. The network that is handed out is of
/// x itself. The other losses have units of their own: x is learned as it is.
///
/// Of the epochs three fifths are taken with the learning rate that is given, three tenths with a tenth and the rest
/// with a hundredth of it, each part from what the one before it has kept.
///
/// With squared loss `training.variance` is a share of s^2. `hooks.validate` sees the network as training does. `loss`
/// and `validation` are those of training and of all parts, one after the other, and `best` is what the last part has
/// kept; there are no moments to go on from. An interruption of any part is an InterruptedError.
///
/// Holds a copy of the values of x beside what fit_autoencoder does. Throws as it does, and with squared loss
/// UsageError if all rows are equal.
[[nodiscard]] AutoencoderFit fit_scaled_autoencoder(const CsrView& x, const AutoencoderLayers& layers,
                                                    const AutoencoderTraining& training, const Progress& progress = {},
                                                    const TrainingHooks& hooks = {});

struct AutoencoderFactorOptions {
    std::int64_t rank = 20;  ///< k >= 1, width of the code
    /// Widths between a row and its code; none with linear activation: Z = X V + 1 b'.
    std::vector<std::int64_t> encoder = {128};
    Activation activation = Activation::tanh;  ///< of the encoder; codes are linear
    /// Codes are drawn around the encoder's by q, whose divergence from N(0, I) is counted in full.
    bool variational = false;
    double variance = 0.5;        ///< sigma^2 > 0 of the normal likelihood p(x given z), as a share of s^2
    std::int64_t epochs = 500;    ///< passes over the rows, >= 1
    double learning_rate = 5e-3;  ///< of Adam, at first
    std::int64_t batch = 500;     ///< rows a step
    std::uint64_t seed = 1;
    MemoryBudget memory = {};  ///< of what is allocated here, without x
};

/// X ~ 1 mean' + Z W with Z = E(X).
struct AutoencoderFactors {
    DenseMatrix codes;      ///< Z, m x k
    DenseMatrix decoder;    ///< W', n x k
    Eigen::VectorXd mean;   ///< n, the decoder's biases
    double divergence = 0;  ///< variational: mean KL(q || p) of a row
};

/// An autoencoder as a factorization: an encoder with hidden layers and a linear decoder, by fit_scaled_autoencoder,
///
///     min sum over rows of |x - mean - W' E(x)|^2                               or, if variational,
///     min sum over rows of E over q(z given x) of |x - mean - W' z|^2 / (2 sigma^2)  +  KL(q(z given x) || N(0, I)).
///
/// Whatever E is, no Z W of rank k and no mean leaves less than Eckart and Young's bound of the centered matrix.
/// Throws as fit_scaled_autoencoder.
[[nodiscard]] AutoencoderFactors fit_autoencoder_factors(const CsrView& x, const AutoencoderFactorOptions& options = {},
                                                         const Progress& progress = {});

/// Bytes that either holds at most, beside x.
std::uint64_t scaled_autoencoder_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries,
                                        const AutoencoderLayers& layers, const AutoencoderTraining& training);
std::uint64_t autoencoder_factors_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries,
                                         const AutoencoderFactorOptions& options);

}  // namespace eckart
