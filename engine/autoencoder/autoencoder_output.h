#pragma once

#include "engine/autoencoder/autoencoder_network.h"

namespace eckart::network {

/// The outputs of a batch, their error and its gradient, the most expensive part of a step. Not installed.
///
/// `hidden` is batch x h, W columns x h. Outputs are made a tile of 512 columns at a time, small enough to stay in the
/// second-level cache from the product that makes them to the two that take their gradient. Softmax needs all of a row
/// before the first gradient: its exponentials relative to the tile's largest are kept in `outputs` (batch x columns)
/// and become the gradient in place.
///
/// Puts the gradient by `hidden` into `gradient`, gives that of W and of the biases to `sink` as those of layer
/// `layer`, and returns the sum of errors. Both gradients are of `weight` times the sum of errors.
template <class Real>
double output_step(ReconstructionLoss loss, const RowMajorMatrix<Real>& hidden, const RowMajorMatrix<Real>& weights,
                   const Eigen::Matrix<Real, Eigen::Dynamic, 1>& biases, const Batch<Real>& batch, double weight,
                   std::size_t layer, RowMajorMatrix<Real>& outputs, RowMajorMatrix<Real>& gradient,
                   GradientSink<Real>& sink);

}  // namespace eckart::network
