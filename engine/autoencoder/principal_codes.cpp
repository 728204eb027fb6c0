// Notation, as in the header:
//   W, b   decoder, columns x k, and output biases: D(z) = W z + b;  W'W = E L E'
//   Q      W E L^(-1/2), an orthonormal basis of the span of W, in which z has the coordinates A z, A = L^(1/2) E'
#include "engine/autoencoder/principal_codes.h"

#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

/// Of the largest eigenvalue: below this a direction is none.
constexpr double least_share = 1e-12;

Eigen::MatrixXd gram(const DenseMatrix& x) {
    const Eigen::MatrixXd in_double = x.cast<double>();
    return in_double.transpose() * in_double;
}

/// 1 / root where there is a root.
Eigen::VectorXd reciprocals(const Eigen::VectorXd& roots) {
    return (roots.array() > 0).select(roots.cwiseInverse(), 0);
}

void require_linear_code(const AutoencoderLayers& layers) {
    const bool linear = layers.linear_code || layers.variational || layers.activation == Activation::linear;
    if (linear && layers.decoder.empty()) return;
    throw UsageError("codes have principal axes where they are linear and decoded without hidden layers");
}

/// Keeps the units of the code layer that are means.
void cut_to_means(std::int64_t code, bool first, DenseMatrix& weights, Eigen::VectorXf& biases) {
    weights = first ? DenseMatrix(weights.leftCols(code)) : DenseMatrix(weights.topRows(code));
    biases = biases.head(code).eval();
}

/// z -> turn z.
void turn_code(const Eigen::MatrixXd& turn, bool first, DenseMatrix& weights, Eigen::VectorXf& biases) {
    const Eigen::MatrixXd w = weights.cast<double>();
    weights = first ? DenseMatrix((w * turn.transpose()).cast<float>()) : DenseMatrix((turn * w).cast<float>());
    biases = (turn * biases.cast<double>()).cast<float>();
}

/// z -> A z + Q'b, the coordinates of D(z) in the basis Q, for a code layer at `layer`; b keeps what is orthogonal to
/// Q.
void take_basis_of_span(NetworkParameters<float>& network, std::size_t layer) {
    DenseMatrix& decoder = network.weights.back();
    Eigen::VectorXf& mean = network.biases.back();
    const SymmetricEigen span = symmetric_eigen(gram(decoder));
    const double least = least_share * span.values.cwiseAbs().maxCoeff();
    const Eigen::VectorXd roots = (span.values.array() > least).select(span.values.cwiseMax(0).cwiseSqrt(), 0);
    turn_code(roots.asDiagonal() * span.vectors.transpose(), layer == 0, network.weights[layer], network.biases[layer]);
    const Eigen::MatrixXd q = decoder.cast<double>() * span.vectors * reciprocals(roots).asDiagonal();
    const Eigen::VectorXd of_mean = q.transpose() * mean.cast<double>();
    network.biases[layer] += of_mean.cast<float>();
    mean -= (q * of_mean).cast<float>();
    decoder = q.cast<float>();
}

}  // namespace

AutoencoderLayers use_principal_codes(const AutoencoderLayers& layers, NetworkParameters<float>& network,
                                      const CsrView& x) {
    require_linear_code(layers);
    const std::size_t layer = layers.encoder.size();
    const bool first = layer == 0;
    AutoencoderLayers turned = layers;
    turned.variational = false;
    turned.linear_code = true;
    if (layers.variational) cut_to_means(layers.code, first, network.weights[layer], network.biases[layer]);

    take_basis_of_span(network, layer);
    const Eigen::MatrixXd axes = symmetric_eigen(gram(encode(view_of(turned, network), x))).vectors;
    turn_code(axes.transpose(), first, network.weights[layer], network.biases[layer]);
    network.weights.back() = (network.weights.back().cast<double>() * axes).cast<float>();
    return turned;
}

AutoencoderFit fit_principal_autoencoder(const CsrView& x, const AutoencoderLayers& layers,
                                         const AutoencoderTraining& training, const Progress& progress) {
    require_linear_code(layers);
    AutoencoderFit fit = fit_scaled_autoencoder(x, layers, training, progress);
    fit.layers = use_principal_codes(fit.layers, fit.best, x);
    return fit;
}

}  // namespace eckart
