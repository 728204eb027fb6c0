#include "engine/autoencoder/principal_codes.h"

#include <doctest/doctest.h>

#include "engine/matrix/entries.h"
#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

AutoencoderFit trained(const CsrMatrix& x, const AutoencoderLayers& layers) {
    return fit_scaled_autoencoder(
        x, layers, {.loss = ReconstructionLoss::squared, .noise = InputNoise::none, .kl_weight = 0.1, .epochs = 60});
}

DenseMatrix decoded(const AutoencoderLayers& layers, const NetworkParameters<float>& network, const CsrMatrix& x) {
    DenseMatrix outputs(x.rows, x.cols);
    const AutoencoderView view = view_of(layers, network);
    decode(view, encode(view, x), outputs);
    return outputs;
}

}  // namespace

TEST_CASE("principal codes decode to the same, by an orthonormal Q orthogonal to b, on axes that descend") {
    const CsrMatrix x = random_sparse(80, 30, 0.3, 1);
    for (const std::vector<std::int64_t>& encoder : {std::vector<std::int64_t>{}, std::vector<std::int64_t>{12}}) {
        for (const bool variational : {false, true}) {
            CAPTURE(encoder.size());
            CAPTURE(variational);
            const AutoencoderFit fit = trained(
                x, {.encoder = encoder, .code = 5, .decoder = {}, .linear_code = true, .variational = variational});
            NetworkParameters<float> network = fit.best;

            const AutoencoderLayers layers = use_principal_codes(fit.layers, network, x);

            const DenseMatrix before = decoded(fit.layers, fit.best, x), after = decoded(layers, network, x);
            CHECK((after - before).norm() <= 1e-5F * before.norm());
            const Eigen::MatrixXd q = network.weights.back().cast<double>();
            CHECK((q.transpose() * q - Eigen::MatrixXd::Identity(5, 5)).cwiseAbs().maxCoeff() <= 1e-6);
            CHECK((q.transpose() * network.biases.back().cast<double>()).norm() <= 1e-6);
            const Eigen::MatrixXd z = encode(view_of(layers, network), x).cast<double>(), moments = z.transpose() * z;
            const Eigen::VectorXd diagonal = moments.diagonal();
            CHECK((moments - Eigen::MatrixXd(diagonal.asDiagonal())).norm() <= 1e-5 * diagonal(0));
            for (Eigen::Index i = 1; i < 5; ++i) CHECK(diagonal(i) <= diagonal(i - 1));
        }
    }
}

TEST_CASE("codes of fewer dimensions than numbers end in numbers that decode to nothing") {
    const CsrMatrix x = stored_rows(random_panel<float>(20, 4, 1));
    AutoencoderFit fit = trained(x, {.encoder = {}, .code = 3, .decoder = {}, .linear_code = true});
    fit.best.weights.back().col(2).setZero();

    const AutoencoderLayers layers = use_principal_codes(fit.layers, fit.best, x);

    CHECK(fit.best.weights.back().col(2).norm() <= 1e-6F);
    CHECK(decoded(layers, fit.best, x).allFinite());
}

TEST_CASE("codes that are not linear, or have a decoder with hidden layers, have no principal axes") {
    const CsrMatrix x = random_sparse(10, 6, 0.5, 1);
    const AutoencoderTraining training = {.loss = ReconstructionLoss::squared};
    CHECK_THROWS_AS(
        static_cast<void>(fit_principal_autoencoder(x, {.encoder = {}, .code = 2, .decoder = {}}, training)),
        UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_principal_autoencoder(
                        x, {.encoder = {}, .code = 2, .decoder = {3}, .linear_code = true}, training)),
                    UsageError);
}
