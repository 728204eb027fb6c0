#pragma once

#include <cstdint>
#include <vector>

#include "engine/autoencoder/autoencoder_network.h"

namespace eckart::network {

/// Steps of Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1, with their
/// constants), taken as the parts of a gradient come; decay, if any, apart from the gradient (Loshchilov and Hutter,
/// "Decoupled weight decay regularization", ICLR 2019). Not installed.
///
/// A row of the first layer that no entry of the batch belongs to does not move in that step. When its turn comes, its
/// moments are first brought to where steps with a gradient of zero would have brought them, and its decay is made up
/// for.
class Adam final : public GradientSink<float> {
  public:
    /// Borrows the network and what is kept of training in `fit`.
    Adam(AutoencoderFit& fit, double learning_rate, double decay) : fit_(fit), rate_(learning_rate), decay_(decay) {}

    /// Call it before the gradients of a batch come.
    void begin_step();

    void weight_rows(std::size_t layer, Range rows, const float* gradient) override;
    void input_row(std::int64_t column, const float* gradient) override;
    void biases(std::size_t layer, Range range, const float* gradient) override;

  private:
    /// What a step does to the moments and to the weights.
    struct Factors {
        float first, second;  ///< what is left of the moments
        float shrink;         ///< what is left of the weights
    };

    void move(float* weights, float* first, float* second, const float* gradient, std::int64_t count,
              const Factors& factors) const;

    AutoencoderFit& fit_;
    double rate_, decay_;
    float step_size_ = 0;     ///< learning rate / (1 - beta_1^t)
    float second_scale_ = 0;  ///< 1 / (1 - beta_2^t)
};

}  // namespace eckart::network
