// Notation: b rows of a batch; a_l activations of layer l (b x width), W_l its weights, d_l = d objective / d a_l, e_l
// the same before the activation, f its function:
//     a_l = f(a_{l-1} W_l' + bias),   e_l = d_l f'(a_l),   d_{l-1} = e_l W_l,   d objective / d W_l = e_l' a_{l-1}
// For layer 0 the rows of W_0 belong to columns of the input: a_0 = f(x W_0 + bias), with the gradient x' e_0.
// A variational code layer gives m and v = log variance, and z = m + exp(v/2) r with r normal:
//     KL = 1/2 sum of exp(v) + m^2 - 1 - v

#include "engine/autoencoder/autoencoder_network.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/autoencoder/autoencoder_output.h"
#include "engine/matrix/blas.h"
#include "engine/support/random.h"

namespace eckart::network {
namespace {

constexpr std::int64_t rows_a_task = 64;     ///< rows of a batch, or of weights, that a task takes
constexpr std::int64_t columns_a_task = 64;  ///< columns with input that a task takes

template <class Real>
using Flat = Eigen::Array<Real, Eigen::Dynamic, 1>;
template <class Real>
using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

enum Stream : std::uint64_t { noise_stream, code_stream, streams };

Philox random_of(const AutoencoderTraining& training, std::int64_t epoch, Stream stream) {
    return Philox(training.seed, static_cast<std::uint64_t>(epoch) * streams + stream + 1);
}

double noisy(double value, const AutoencoderTraining& training, const Philox& random, std::uint64_t place) {
    if (training.noise == InputNoise::none) return value;
    if (training.noise == InputNoise::gaussian) return value + training.noise_level * random.normal(place);
    return random.uniform(place) < training.noise_level ? 0 : value / (1 - training.noise_level);
}

template <class Real>
void fill_row(const CsrView& x, std::int64_t row, std::int64_t to, const AutoencoderLayers& layers,
              const AutoencoderTraining& training, const Philox& random, Batch<Real>& batch) {
    const CsrRow entries = x.row(row);
    const auto first = static_cast<std::uint64_t>(x.row_offsets[row]);  // of the row's numbers in the noise
    const double scale = layers.unit_rows ? reciprocal_length(entries.values) : 1;
    for (std::size_t e = 0; e < entries.size(); ++e) {
        const auto value = static_cast<double>(entries.values[e]);
        batch.indices[to + e] = entries.columns[e];
        batch.targets[to + e] = static_cast<Real>(value);
        batch.inputs[to + e] = static_cast<Real>(noisy(scale * value, training, random, first + e));
    }
}

/// Entries of a batch by column: those columns that have an input, and the rows and inputs of each.
template <class Real>
struct ByColumn {
    explicit ByColumn(const Batch<Real>& batch) {
        std::vector<std::int64_t> places(batch.columns, -1);
        for (std::size_t p = 0; p < batch.indices.size(); ++p) {
            if (batch.inputs[p] != Real{0}) ++places[batch.indices[p]];
        }
        for (std::size_t column = 0; column < places.size(); ++column) {
            if (places[column] < 0) continue;
            columns.push_back(static_cast<std::int64_t>(column));
            offsets.push_back(offsets.back() + places[column] + 1);
            places[column] = offsets[offsets.size() - 2];
        }
        rows.resize(offsets.back());
        inputs.resize(rows.size());
        for (std::int64_t row = 0; row < batch.size(); ++row) add_row(batch, row, places);
    }

    std::vector<std::int64_t> columns;
    std::vector<std::int64_t> offsets = {0};  ///< one more than columns
    std::vector<std::int64_t> rows;
    std::vector<Real> inputs;

  private:
    void add_row(const Batch<Real>& batch, std::int64_t row, std::vector<std::int64_t>& places) {
        for (std::int64_t p = batch.offsets[row]; p < batch.offsets[row + 1]; ++p) {
            if (batch.inputs[p] == Real{0}) continue;
            const std::int64_t place = places[batch.indices[p]]++;
            rows[place] = row;
            inputs[place] = batch.inputs[p];
        }
    }
};

/// e := d f'(a), in place of d.
template <class Real>
void through_activation(Activation activation, const RowMajorMatrix<Real>& a, RowMajorMatrix<Real>& d) {
    const auto y = a.array();
    if (activation == Activation::tanh) d.array() *= Real{1} - y.square();
    if (activation == Activation::sigmoid) d.array() *= y * (Real{1} - y);
    if (activation == Activation::relu) d.array() *= (y > Real{0}).template cast<Real>();
}

template <class Real>
void activate_rows(Activation activation, RowMajorMatrix<Real>& a, Range rows) {
    Eigen::Map<Flat<Real>> block(a.data() + rows.begin * a.cols(), (rows.end - rows.begin) * a.cols());
    activate<Real>(activation, block);
}

template <class Real>
void set_biases(const Vector<Real>& biases, RowMajorMatrix<Real>& a, Range rows) {
    for (std::int64_t row = rows.begin; row < rows.end; ++row) a.row(row) = biases.transpose();
}

/// a_0
template <class Real>
void read_input(const Batch<Real>& batch, const RowMajorMatrix<Real>& weights, const Vector<Real>& biases,
                Activation activation, RowMajorMatrix<Real>& a) {
    a.resize(batch.size(), weights.cols());
    parallel_blocks(batch.size(), rows_a_task, [&](Range rows) {
        set_biases(biases, a, rows);
        for (std::int64_t row = rows.begin; row < rows.end; ++row) {
            for (std::int64_t p = batch.offsets[row]; p < batch.offsets[row + 1]; ++p) {
                if (batch.inputs[p] != Real{0}) a.row(row) += batch.inputs[p] * weights.row(batch.indices[p]);
            }
        }
        activate_rows(activation, a, rows);
    });
}

/// a_l of the layer before.
template <class Real>
void forward(const RowMajorMatrix<Real>& before, const RowMajorMatrix<Real>& weights, const Vector<Real>& biases,
             Activation activation, RowMajorMatrix<Real>& a) {
    a.resize(before.rows(), weights.rows());
    parallel_blocks(before.rows(), rows_a_task, [&](Range rows) {
        set_biases(biases, a, rows);
        const auto count = static_cast<int>(rows.end - rows.begin), in = static_cast<int>(weights.cols()),
                   out = static_cast<int>(weights.rows());
        blas::multiply(false, true, count, out, in, Real{1}, before.data() + rows.begin * in, in, weights.data(), in,
                       Real{1}, a.data() + rows.begin * out, out);
        activate_rows(activation, a, rows);
    });
}

/// d_{l-1} of e_l.
template <class Real>
RowMajorMatrix<Real> backward(const RowMajorMatrix<Real>& e, const RowMajorMatrix<Real>& weights) {
    RowMajorMatrix<Real> d(e.rows(), weights.cols());
    parallel_blocks(e.rows(), rows_a_task, [&](Range rows) {
        const auto count = static_cast<int>(rows.end - rows.begin), in = static_cast<int>(weights.cols()),
                   out = static_cast<int>(weights.rows());
        blas::multiply(false, false, count, in, out, Real{1}, e.data() + rows.begin * out, out, weights.data(), in,
                       Real{0}, d.data() + rows.begin * in, in);
    });
    return d;
}

template <class Real>
void give_biases(std::size_t layer, const RowMajorMatrix<Real>& e, GradientSink<Real>& sink) {
    const Eigen::Matrix<Real, 1, Eigen::Dynamic> sum = e.colwise().sum();
    sink.biases(layer, {0, e.cols()}, sum.data());
}

/// The gradient of a layer that is neither first nor last.
template <class Real>
void give_weights(std::size_t layer, const RowMajorMatrix<Real>& e, const RowMajorMatrix<Real>& before,
                  GradientSink<Real>& sink) {
    parallel_blocks(e.cols(), rows_a_task, [&](Range rows) {
        const auto count = static_cast<int>(rows.end - rows.begin), in = static_cast<int>(before.cols());
        RowMajorMatrix<Real> gradient(count, in);
        blas::multiply(true, false, count, in, static_cast<int>(e.rows()), Real{1}, e.data() + rows.begin,
                       static_cast<int>(e.cols()), before.data(), in, Real{0}, gradient.data(), in);
        sink.weight_rows(layer, rows, gradient.data());
    });
    give_biases(layer, e, sink);
}

/// The gradient of the first layer.
template <class Real>
void give_input(const RowMajorMatrix<Real>& e, const Batch<Real>& batch, GradientSink<Real>& sink) {
    const ByColumn<Real> entries(batch);
    parallel_blocks(static_cast<std::int64_t>(entries.columns.size()), columns_a_task, [&](Range columns) {
        Eigen::Matrix<Real, 1, Eigen::Dynamic> gradient(e.cols());
        for (std::int64_t c = columns.begin; c < columns.end; ++c) {
            gradient.setZero();
            for (std::int64_t p = entries.offsets[c]; p < entries.offsets[c + 1]; ++p) {
                gradient += entries.inputs[p] * e.row(entries.rows[p]);
            }
            sink.input_row(entries.columns[c], gradient.data());
        }
    });
    give_biases<Real>(0, e, sink);
}

template <class Real>
class Step {
  public:
    Step(const NetworkParameters<Real>& network, const Batch<Real>& batch, const StepContext& context,
         Workspace<Real>& space, GradientSink<Real>& sink)
        : network_(network), batch_(batch), context_(context), space_(space), sink_(sink) {}

    BatchObjective run() {
        blas::pin_to_one_thread();
        BatchObjective objective;
        space_.activations.resize(last());
        read_input(batch_, network_.weights[0], network_.biases[0], activation(0), space_.activations[0]);
        for (std::size_t layer = 1; layer < last(); ++layer) {
            if (layer == code() + 1 && variational()) objective.divergence = draw_codes();
            forward(input_of(layer), network_.weights[layer], network_.biases[layer], activation(layer),
                    space_.activations[layer]);
        }
        if (last() == code() + 1 && variational()) objective.divergence = draw_codes();
        RowMajorMatrix<Real> d;
        objective.reconstruction =
            scale() * output_step(context_.training.loss, input_of(last()), network_.weights[last()],
                                  network_.biases[last()], batch_, scale() / static_cast<double>(batch_.size()), last(),
                                  space_.outputs, d, sink_);
        for (std::size_t layer = last() - 1;; --layer) {
            if (layer == code() && variational()) d = through_codes(d);
            through_activation(activation(layer), space_.activations[layer], d);
            if (layer == 0) break;
            RowMajorMatrix<Real> before = backward(d, network_.weights[layer]);
            give_weights(layer, d, input_of(layer), sink_);
            d = std::move(before);
        }
        give_input(d, batch_, sink_);
        return objective;
    }

  private:
    std::size_t code() const { return context_.layers.encoder.size(); }
    std::size_t last() const { return network_.weights.size() - 1; }
    bool variational() const { return context_.layers.variational; }
    Activation activation(std::size_t layer) const { return activation_of(context_.layers, layer); }

    /// What the error counts: the normal likelihood's 1 / 2 sigma^2, or 1.
    double scale() const {
        const bool normal = variational() && context_.training.loss == ReconstructionLoss::squared;
        return normal ? 1 / (2 * context_.training.variance) : 1;
    }

    const RowMajorMatrix<Real>& input_of(std::size_t layer) const {
        return layer == code() + 1 && variational() ? space_.codes : space_.activations[layer - 1];
    }

    /// z; returns the sum of KL.
    double draw_codes() {
        const RowMajorMatrix<Real>& both = space_.activations[code()];
        const auto k = both.cols() / 2;
        space_.codes.resize(both.rows(), k);
        space_.draws.resize(both.rows(), k);
        const Philox random = random_of(context_.training, context_.epoch, code_stream);
        std::vector<double> divergence(both.rows());
        parallel_blocks(both.rows(), rows_a_task, [&](Range rows) {
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                const auto first = static_cast<std::uint64_t>(batch_.rows[row] * k);
                for (Eigen::Index j = 0; j < k; ++j) {
                    space_.draws(row, j) = static_cast<Real>(random.normal(first + static_cast<std::uint64_t>(j)));
                }
                const auto mean = both.row(row).head(k).array(), log_variance = both.row(row).tail(k).array();
                space_.codes.row(row) = mean + (log_variance / 2).exp() * space_.draws.row(row).array();
                divergence[row] =
                    0.5 * static_cast<double>((log_variance.exp() + mean.square() - Real{1} - log_variance).sum());
            }
        });
        return std::accumulate(divergence.begin(), divergence.end(), 0.0);
    }

    /// d of m and v, side by side, of that of z.
    RowMajorMatrix<Real> through_codes(const RowMajorMatrix<Real>& dz) const {
        const RowMajorMatrix<Real>& both = space_.activations[code()];
        const auto k = both.cols() / 2;
        const auto weight = static_cast<Real>(context_.kl_weight / static_cast<double>(batch_.size()));
        RowMajorMatrix<Real> d(both.rows(), both.cols());
        const auto mean = both.leftCols(k).array(), log_variance = both.rightCols(k).array();
        d.leftCols(k) = dz.array() + weight * mean;
        d.rightCols(k) =
            (dz.array() * space_.draws.array() * (log_variance / 2).exp() + weight * (log_variance.exp() - Real{1})) /
            2;
        return d;
    }

    const NetworkParameters<Real>& network_;
    const Batch<Real>& batch_;
    const StepContext& context_;
    Workspace<Real>& space_;
    GradientSink<Real>& sink_;
};

}  // namespace

double reciprocal_length(std::span<const float> values) {
    double sum = 0;
    for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
    return sum > 0 ? 1 / std::sqrt(sum) : 0;
}

Activation activation_of(const AutoencoderLayers& layers, std::size_t layer) {
    const bool code = layer == layers.encoder.size(),
               output = layer == layers.encoder.size() + layers.decoder.size() + 1;
    const bool linear = output || (code && (layers.variational || layers.linear_code));
    return linear ? Activation::linear : layers.activation;
}

template <class Real>
void activate(Activation activation, Eigen::Ref<Eigen::Array<Real, Eigen::Dynamic, 1>> y) {
    if (activation == Activation::tanh) y = y.tanh();
    if (activation == Activation::sigmoid) y = (Real{1} + (-y).exp()).inverse();
    if (activation == Activation::relu) y = y.max(Real{0});
}

template <class Real>
Batch<Real> make_batch(const CsrView& x, std::span<const std::int64_t> rows, const AutoencoderLayers& layers,
                       const AutoencoderTraining& training, std::int64_t epoch) {
    Batch<Real> batch;
    batch.columns = x.cols;
    batch.rows.assign(rows.begin(), rows.end());
    batch.offsets.push_back(0);
    for (const std::int64_t row : rows) {
        batch.offsets.push_back(batch.offsets.back() + std::ssize(x.row(row).values));
    }
    const auto entries = static_cast<std::size_t>(batch.offsets.back());
    batch.indices.resize(entries);
    batch.targets.resize(entries);
    batch.inputs.resize(entries);
    const Philox random = random_of(training, epoch, noise_stream);
    parallel_blocks(batch.size(), rows_a_task, [&](Range range) {
        for (std::int64_t r = range.begin; r < range.end; ++r) {
            fill_row(x, rows[r], batch.offsets[r], layers, training, random, batch);
        }
    });
    return batch;
}

template <class Real>
BatchObjective step(const NetworkParameters<Real>& network, const Batch<Real>& batch, const StepContext& context,
                    Workspace<Real>& space, GradientSink<Real>& sink) {
    return Step<Real>(network, batch, context, space, sink).run();
}

template void activate<float>(Activation, Eigen::Ref<Eigen::Array<float, Eigen::Dynamic, 1>>);
template void activate<double>(Activation, Eigen::Ref<Eigen::Array<double, Eigen::Dynamic, 1>>);
template Batch<float> make_batch(const CsrView&, std::span<const std::int64_t>, const AutoencoderLayers&,
                                 const AutoencoderTraining&, std::int64_t);
template Batch<double> make_batch(const CsrView&, std::span<const std::int64_t>, const AutoencoderLayers&,
                                  const AutoencoderTraining&, std::int64_t);
template BatchObjective step(const NetworkParameters<float>&, const Batch<float>&, const StepContext&,
                             Workspace<float>&, GradientSink<float>&);
template BatchObjective step(const NetworkParameters<double>&, const Batch<double>&, const StepContext&,
                             Workspace<double>&, GradientSink<double>&);

}  // namespace eckart::network
