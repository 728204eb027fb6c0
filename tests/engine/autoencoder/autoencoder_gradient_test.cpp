#include <doctest/doctest.h>

#include <cmath>
#include <mutex>
#include <numeric>
#include <string>
#include <vector>

#include "engine/autoencoder/autoencoder_network.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

using namespace eckart;
using namespace eckart::network;

namespace {

/// 9 rows x 700 columns, so that outputs take two tiles; a row and many columns are empty, values lie in [0, 1].
CsrMatrix some_rows() {
    const Philox random(3);
    std::vector<Entry> entries;
    for (std::int64_t row = 0; row < 8; ++row) {
        for (std::int64_t k = 0; k < 6; ++k) {
            const auto at = static_cast<std::uint64_t>(row * 6 + k);
            entries.push_back(
                {row, (row * 97 + k * k * 31 + 11 * k) % 700, 0.2F + static_cast<float>(random.uniform(at)) * 0.7F});
        }
    }
    return csr_from_entries(9, 700, entries);
}

/// Keeps a whole gradient; parts of the first layer that do not come are zero.
class Gradient final : public GradientSink<double> {
  public:
    explicit Gradient(const NetworkParameters<double>& network) : parts(network) {
        for (auto& weights : parts.weights) weights.setZero();
        for (auto& biases : parts.biases) biases.setZero();
    }
    void weight_rows(std::size_t layer, Range rows, const double* gradient) override {
        auto& weights = parts.weights[layer];
        std::copy_n(gradient, (rows.end - rows.begin) * weights.cols(), weights.data() + rows.begin * weights.cols());
    }
    void input_row(std::int64_t column, const double* gradient) override {
        std::copy_n(gradient, parts.weights[0].cols(), parts.weights[0].data() + column * parts.weights[0].cols());
    }
    void biases(std::size_t layer, Range range, const double* gradient) override {
        std::copy_n(gradient, range.end - range.begin, parts.biases[layer].data() + range.begin);
    }

    NetworkParameters<double> parts;
};

struct Case {
    AutoencoderLayers layers;
    AutoencoderTraining training;
    CsrMatrix x = some_rows();
    NetworkParameters<double> network;

    Case(const AutoencoderLayers& design, const AutoencoderTraining& options) : layers(design), training(options) {
        std::uint64_t layer = 0;
        for (const WeightShape& shape : weight_shapes(layers, x.cols)) {
            network.weights.push_back(drawn(shape.rows, shape.cols, layer));
            network.biases.emplace_back(drawn(shape.units, 1, 100 + layer));
            ++layer;
        }
    }

    static DenseMatrixF64 drawn(std::int64_t rows, std::int64_t cols, std::uint64_t stream) {
        const Philox random(5, stream);
        DenseMatrixF64 values(rows, cols);
        for (Eigen::Index i = 0; i < values.size(); ++i) {
            values.data()[i] = 0.3 * random.normal(static_cast<std::uint64_t>(i));
        }
        return values;
    }

    /// Mean objective of a row; puts its gradient into `sink`.
    double objective(GradientSink<double>& sink) const {
        std::vector<std::int64_t> rows(static_cast<std::size_t>(x.rows));
        std::iota(rows.begin(), rows.end(), 0);
        const auto batch = make_batch<double>(x, rows, layers, training, 2);
        Workspace<double> space;
        const auto sum = step<double>(network, batch, {layers, training, training.kl_weight, 2}, space, sink);
        return (sum.reconstruction + training.kl_weight * sum.divergence) / static_cast<double>(x.rows);
    }

    /// By the central difference of five points, whose error is h^4 / 30 of the fifth derivative.
    double slope(double& parameter) {
        constexpr double h = 2e-3;
        const double kept = parameter;
        const auto at = [&](double shift) {
            Gradient ignored(network);
            parameter = kept + shift;
            return objective(ignored);
        };
        const double found = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        parameter = kept;
        return found;
    }

    /// The largest difference between slopes and the gradient over some parameters of each layer, relative to the
    /// gradient's largest entry there.
    double largest_difference() {
        Gradient gradient(network);
        objective(gradient);
        double worst = 0;
        for (std::size_t layer = 0; layer < network.weights.size(); ++layer) {
            auto& weights = network.weights[layer];
            const auto& found = gradient.parts.weights[layer];
            const auto step = std::max<Eigen::Index>(1, weights.size() / 60);
            for (Eigen::Index i = 0; i < weights.size(); i += step) {
                worst =
                    std::max(worst, std::abs(slope(weights.data()[i]) - found.data()[i]) / found.cwiseAbs().maxCoeff());
            }
            auto& biases = network.biases[layer];
            const auto& sums = gradient.parts.biases[layer];
            for (Eigen::Index i = 0; i < biases.size(); i += 1 + biases.size() / 20) {
                worst = std::max(worst, std::abs(slope(biases[i]) - sums[i]) / sums.cwiseAbs().maxCoeff());
            }
        }
        return worst;
    }
};

/// The differences are right to h^4 / 30 = 5e-13 of derivatives around 1, and to the objective's roundoff over h,
/// 1e-11; gradients of the first layers of deep networks are a hundred times smaller than those of the last.
constexpr double tolerance = 1e-6;

constexpr AutoencoderTraining plain_training = {.noise = InputNoise::none, .kl_weight = 0.7, .variance = 0.6};

}  // namespace

TEST_CASE("the gradient is that of central differences, for every loss and activation") {
    for (const auto loss :
         {ReconstructionLoss::squared, ReconstructionLoss::logistic, ReconstructionLoss::multinomial}) {
        for (const auto activation : {Activation::linear, Activation::tanh, Activation::sigmoid}) {
            CAPTURE(name(loss));
            CAPTURE(name(activation));
            AutoencoderTraining training = plain_training;
            training.loss = loss;
            Case deep({.encoder = {7, 5}, .code = 3, .decoder = {4, 6}, .activation = activation}, training);

            CHECK(deep.largest_difference() < tolerance);
        }
    }
}

TEST_CASE("the gradient of rectified units is that of central differences") {
    Case deep({.encoder = {7}, .code = 3, .decoder = {6}, .activation = Activation::relu}, plain_training);

    CHECK(deep.largest_difference() < tolerance);
}

TEST_CASE("the gradient through a variational code, its draws and its divergence is that of central differences") {
    for (const auto loss :
         {ReconstructionLoss::squared, ReconstructionLoss::logistic, ReconstructionLoss::multinomial}) {
        CAPTURE(name(loss));
        AutoencoderTraining training = plain_training;
        training.loss = loss;
        Case deep({.encoder = {7}, .code = 3, .decoder = {6}, .variational = true}, training);
        Case shallow({.encoder = {}, .code = 3, .decoder = {}, .variational = true}, training);

        CHECK(deep.largest_difference() < tolerance);
        CHECK(shallow.largest_difference() < tolerance);
    }
}

TEST_CASE("the gradient is right under noise and for rows as they are") {
    for (const auto noise : {InputNoise::dropout, InputNoise::gaussian}) {
        for (const bool unit_rows : {false, true}) {
            AutoencoderTraining training = plain_training;
            training.noise = noise;
            training.noise_level = 0.4;
            Case deep({.encoder = {7}, .code = 3, .decoder = {}, .linear_code = true, .unit_rows = unit_rows},
                      training);

            CHECK(deep.largest_difference() < tolerance);
        }
    }
}

TEST_CASE("objective and gradient are the same bytes for any number of threads") {
    Case deep({.encoder = {130}, .code = 70, .decoder = {90}, .variational = true}, plain_training);
    std::vector<double> objectives;
    std::vector<Gradient> gradients;

    for (const int threads : {1, 2, 4}) {
        const ThreadLimit limit(threads);
        gradients.emplace_back(deep.network);
        objectives.push_back(deep.objective(gradients.back()));
    }

    for (const std::size_t other : {1U, 2U}) {
        CHECK(objectives[other] == objectives[0]);
        for (std::size_t layer = 0; layer < deep.network.weights.size(); ++layer) {
            CHECK((gradients[other].parts.weights[layer] == gradients[0].parts.weights[layer]));
            CHECK((gradients[other].parts.biases[layer] == gradients[0].parts.biases[layer]));
        }
    }
}
