// Notation of the paper: g the gradient, m and v its moments, t the step;
//     m := b1 m + (1 - b1) g,   v := b2 v + (1 - b2) g^2,   w := w - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + e)

#include "engine/autoencoder/adam.h"

#include <cmath>

namespace eckart::network {
namespace {

constexpr double first_decay = 0.9, second_decay = 0.999;
constexpr float least_divisor = 1e-8F;

}  // namespace

void Adam::begin_step() {
    const auto t = static_cast<double>(++fit_.steps);
    step_size_ = static_cast<float>(rate_ / (1 - std::pow(first_decay, t)));
    second_scale_ = static_cast<float>(1 / (1 - std::pow(second_decay, t)));
}

void Adam::move(float* weights, float* first, float* second, const float* gradient, std::int64_t count,
                const Factors& factors) const {
    using Values = Eigen::Array<float, Eigen::Dynamic, 1>;
    const Eigen::Map<const Values> g(gradient, count);
    Eigen::Map<Values> w(weights, count), m(first, count), v(second, count);
    m = factors.first * m + static_cast<float>(1 - first_decay) * g;
    v = factors.second * v + static_cast<float>(1 - second_decay) * g.square();
    w = factors.shrink * w - step_size_ * m / ((second_scale_ * v).sqrt() + least_divisor);
}

void Adam::weight_rows(std::size_t layer, Range rows, const float* gradient) {
    const std::int64_t width = fit_.current.weights[layer].cols(), begin = rows.begin * width;
    move(fit_.current.weights[layer].data() + begin, fit_.first_moments.weights[layer].data() + begin,
         fit_.second_moments.weights[layer].data() + begin, gradient, (rows.end - rows.begin) * width,
         {static_cast<float>(first_decay), static_cast<float>(second_decay), static_cast<float>(1 - rate_ * decay_)});
}

void Adam::input_row(std::int64_t column, const float* gradient) {
    const std::int64_t width = fit_.current.weights[0].cols(), begin = column * width;
    std::int64_t& last = fit_.moment_steps[column];
    const auto passed = static_cast<double>(fit_.steps - last);
    last = fit_.steps;
    move(fit_.current.weights[0].data() + begin, fit_.first_moments.weights[0].data() + begin,
         fit_.second_moments.weights[0].data() + begin, gradient, width,
         {static_cast<float>(std::pow(first_decay, passed)), static_cast<float>(std::pow(second_decay, passed)),
          static_cast<float>(std::pow(1 - rate_ * decay_, passed))});
}

void Adam::biases(std::size_t layer, Range range, const float* gradient) {
    const auto begin = range.begin;
    move(fit_.current.biases[layer].data() + begin, fit_.first_moments.biases[layer].data() + begin,
         fit_.second_moments.biases[layer].data() + begin, gradient, range.end - range.begin,
         {static_cast<float>(first_decay), static_cast<float>(second_decay), 1.0F});
}

}  // namespace eckart::network
