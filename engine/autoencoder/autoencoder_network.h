#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/autoencoder/autoencoder.h"
#include "engine/matrix/dense.h"
#include "engine/support/parallel.h"

// One step of an autoencoder: the objective of a batch of rows and its gradient, in float32 or, to be checked, float64.
// Not installed.

namespace eckart::network {

/// Rows to learn from, compressed as in CsrView.
template <class Real>
struct Batch {
    std::int64_t columns = 0;
    std::vector<std::int64_t> rows;     ///< their places in the matrix
    std::vector<std::int64_t> offsets;  ///< one more than rows
    std::vector<std::int32_t> indices;
    std::vector<Real> targets;  ///< values as they are
    std::vector<Real> inputs;   ///< scaled, with noise; what noise took away is 0

    std::int64_t size() const { return static_cast<std::int64_t>(rows.size()); }
};

/// The rows `rows` of x as training sees them in an epoch. Noise follows from seed, epoch and the entry's place.
template <class Real>
Batch<Real> make_batch(const CsrView& x, std::span<const std::int64_t> rows, const AutoencoderLayers& layers,
                       const AutoencoderTraining& training, std::int64_t epoch);

/// Takes gradients of the mean objective of a batch as they come, each part once, from several threads at a time. When
/// it is called nothing needs the part of the network that it is of any more.
template <class Real>
class GradientSink {
  public:
    virtual ~GradientSink() = default;
    /// Rows `rows` of the weights of layer `layer`; the gradient's rows stand one after the other.
    virtual void weight_rows(std::size_t layer, Range rows, const Real* gradient) = 0;
    /// One row of the first layer's weights. Those of columns that the batch has no input for do not come.
    virtual void input_row(std::int64_t column, const Real* gradient) = 0;
    /// Biases `range` of a layer.
    virtual void biases(std::size_t layer, Range range, const Real* gradient) = 0;
};

/// The objective of a batch: sums over its rows.
struct BatchObjective {
    double reconstruction = 0;
    double divergence = 0;  ///< KL(q || p), unweighted
};

/// What a step needs beside the network and the batch.
struct StepContext {
    const AutoencoderLayers& layers;
    const AutoencoderTraining& training;
    double kl_weight = 0;    ///< as it is at this step
    std::int64_t epoch = 0;  ///< codes are drawn by seed, epoch and row
};

/// Arrays that steps use again.
template <class Real>
struct Workspace {
    std::vector<RowMajorMatrix<Real>> activations;  ///< of each layer but the last
    RowMajorMatrix<Real> codes, draws;              ///< variational: z and the normal numbers in it
    RowMajorMatrix<Real> outputs;                   ///< batch x columns, with multinomial loss
};

/// Forward and backward.
template <class Real>
BatchObjective step(const NetworkParameters<Real>& network, const Batch<Real>& batch, const StepContext& context,
                    Workspace<Real>& space, GradientSink<Real>& sink);

/// 1 / the length of a row; 0 of one that is zero.
double reciprocal_length(std::span<const float> values);

/// The activation of layer `layer`.
Activation activation_of(const AutoencoderLayers& layers, std::size_t layer);

/// y := activation of y, elementwise.
template <class Real>
void activate(Activation activation, Eigen::Ref<Eigen::Array<Real, Eigen::Dynamic, 1>> y);

}  // namespace eckart::network
