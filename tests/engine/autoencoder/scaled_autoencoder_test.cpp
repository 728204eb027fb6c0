#include "engine/autoencoder/scaled_autoencoder.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/matrix/centering.h"
#include "engine/matrix/entries.h"
#include "engine/matrix/random_matrices.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/metrics/reconstruction.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Rows of three directions and noise, about `level`, all of it times `unit`.
DenseMatrix rows(double unit, double level) {
    DenseMatrix x = 2 * random_panel<float>(90, 3, 1) * random_panel<float>(3, 20, 2) + random_panel<float>(90, 20, 3);
    x.array() += static_cast<float>(level);
    return static_cast<float>(unit) * x;
}

/// The eigenvalues of the centered Gram matrix but for the k largest.
double centered_bound(const DenseMatrix& x, Eigen::Index rank) {
    const Eigen::VectorXd values = symmetric_eigen(centered_gram(x, column_means(x))).values;
    return values.tail(values.size() - rank).sum();
}

double error_of(const DenseMatrix& x, const AutoencoderFactors& found) {
    return reconstruction_error(x, found.codes, found.decoder.transpose(), found.mean);
}

}  // namespace

TEST_CASE("a linear encoder reaches the bound of the centered matrix, whatever the unit and the mean of the rows") {
    for (const double unit : {1e-4, 1.0, 1e5}) {
        for (const double level : {0.0, 50.0}) {
            CAPTURE(unit);
            CAPTURE(level);
            const DenseMatrix x = rows(unit, level);

            const AutoencoderFactors found = fit_autoencoder_factors(
                stored_rows(x), {.rank = 3, .encoder = {}, .activation = Activation::linear, .epochs = 2000});

            const double bound = centered_bound(x, 3);
            CHECK(error_of(x, found) >= bound * (1 - 1e-4));  // roundoff of float32 at a mean of 50
            CHECK(error_of(x, found) <= bound * 1.01);
        }
    }
}

TEST_CASE("with hidden layers, variational or not, the error stands above the bound and below that of the mean") {
    const DenseMatrix x = rows(1, 2);
    for (const bool variational : {false, true}) {
        CAPTURE(variational);
        const AutoencoderFactors found =
            fit_autoencoder_factors(stored_rows(x), {.rank = 3, .variational = variational, .variance = 0.1});

        CHECK(error_of(x, found) >= centered_bound(x, 3));
        CHECK(error_of(x, found) <= 0.5 * centered_bound(x, 0));
        CHECK((found.divergence > 0) == variational);
    }
}

TEST_CASE("the network that is handed out is of x itself, and finds its rows again in their own unit") {
    const DenseMatrix x = rows(10, 1);
    for (const bool unit_rows : {false, true}) {
        for (const bool every_entry : {true, false}) {
            CAPTURE(unit_rows);
            CAPTURE(every_entry);
            DenseMatrix values = x;
            if (!every_entry) values.col(4).head(30).setZero();
            const CsrMatrix learned = every_entry ? stored_rows(x) : sparse(values.cast<double>());
            const AutoencoderLayers layers = {.encoder = {8}, .code = 3, .decoder = {8}, .unit_rows = unit_rows};

            const AutoencoderFit fit = fit_scaled_autoencoder(
                learned, layers,
                {.loss = ReconstructionLoss::squared, .noise = InputNoise::none, .learning_rate = 5e-3, .epochs = 400});

            DenseMatrix outputs(values.rows(), values.cols());
            const AutoencoderView network = view_of(fit.layers, fit.best);
            decode(network, encode(network, learned), outputs);
            const double error = (outputs - values).cast<double>().squaredNorm();
            const double spread = centered_squared_norm(values, column_means(values));
            CHECK(error <= 0.4 * spread);
            CHECK(fit.loss.size() == 400);
        }
    }
}

TEST_CASE("rows that are all equal are their mean, and no autoencoder of them is learned") {
    const CsrMatrix x = stored_rows(DenseMatrix::Constant(7, 3, 2.5F));

    const AutoencoderFactors found = fit_autoencoder_factors(x, {.rank = 2});

    CHECK(found.mean.isConstant(2.5));
    CHECK(found.codes.isZero(0));
    CHECK_THROWS_AS(static_cast<void>(fit_scaled_autoencoder(x, {}, {.loss = ReconstructionLoss::squared})),
                    UsageError);
}

TEST_CASE("the same bytes for any number of threads") {
    const CsrMatrix x = stored_rows(rows(3, 1));
    const auto codes = [&](int threads) {
        const ThreadLimit limit(threads);
        return fit_autoencoder_factors(x, {.rank = 4, .epochs = 20, .batch = 30}).codes;
    };

    const DenseMatrix one = codes(1);

    CHECK(codes(2) == one);
    CHECK(codes(4) == one);
}

TEST_CASE("an interruption in any part is passed on, and parts are reported as one whole") {
    const CsrMatrix x = stored_rows(rows(1, 0));
    const AutoencoderFactorOptions options = {.rank = 2, .epochs = 10};
    std::uint64_t last = 0;
    const Progress watched([&](std::string_view, std::uint64_t done, std::uint64_t total) {
        CHECK(done >= last);
        CHECK(total == 900);
        last = done;
    });

    static_cast<void>(fit_autoencoder_factors(x, options, watched));

    CHECK(last == 810);
    for (int reports : {1, 5, 8, 9}) {
        const Progress interrupted({}, [left = reports]() mutable { return left-- <= 0; });
        CHECK_THROWS_AS(static_cast<void>(fit_autoencoder_factors(x, options, interrupted)), InterruptedError);
    }
}

TEST_CASE("past the memory budget nothing is begun") {
    const CsrMatrix x = stored_rows(rows(1, 0));
    CHECK_THROWS_AS(static_cast<void>(fit_autoencoder_factors(x, {.rank = 2, .memory = {1000}})), MemoryError);
}
