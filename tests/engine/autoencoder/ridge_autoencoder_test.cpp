#include "engine/autoencoder/ridge_autoencoder.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../matrix/random_matrices.h"
#include "engine/matrix/subspace.h"
#include "engine/support/error.h"
#include "tests/dense_oracle.h"

using namespace eckart;
using namespace eckart::testing;
using Eigen::MatrixXd;

namespace {

/// ||X - X W1 W2'||^2 + lambda (||W1||^2 + ||W2||^2).
double objective(const MatrixXd& x, const MatrixXd& w1, const MatrixXd& w2, double lambda) {
    return (x - x * w1 * w2.transpose()).squaredNorm() + lambda * (w1.squaredNorm() + w2.squaredNorm());
}

MatrixXd singular_vectors(const MatrixXd& x) {
    return oracle_svd(x).v;
}

struct Weights {
    MatrixXd encoder;
    MatrixXd decoder;
};

/// Plain gradient descent with short steps from random weights.
Weights descended(const MatrixXd& x, Eigen::Index rank, double lambda, std::uint64_t seed) {
    Weights w{0.5 * random_panel<double>(x.cols(), rank, seed), 0.5 * random_panel<double>(x.cols(), rank, seed + 1)};
    const MatrixXd gram = x.transpose() * x;
    const double step = 0.1 / gram.norm();
    for (int i = 0; i < 20000; ++i) {
        const MatrixXd left = gram * w.encoder * w.decoder.transpose() - gram;
        const MatrixXd encoder = left * w.decoder + lambda * w.encoder;
        const MatrixXd decoder = left.transpose() * w.encoder + lambda * w.decoder;
        w.encoder -= step * encoder;
        w.decoder -= step * decoder;
    }
    return w;
}

}  // namespace

TEST_CASE("each direction is shrunk by lambda over its squared singular value, by hand") {
    MatrixXd x(2, 2);
    x << 3, 0, 0, 1;

    const RidgeAutoencoder a = fit_ridge_autoencoder(sparse(x), {.rank = 2, .regularization = 0.5});

    // 1 - .5 / 9 and 1 - .5 / 1 are kept; 10 - (3 - .5 / 3)^2 - (1 - .5)^2 is left.
    CHECK(a.shrinkage[0] == doctest::Approx(17. / 18));
    CHECK(a.shrinkage[1] == doctest::Approx(0.5));
    CHECK(a.weights(0, 0) == doctest::Approx(std::sqrt(17. / 18)));
    CHECK(a.weights(1, 1) == doctest::Approx(std::sqrt(0.5)));
    CHECK(a.weights(0, 1) == doctest::Approx(0));
    CHECK(a.objective == doctest::Approx(10 - 289. / 36 - 0.25));
}

TEST_CASE("the gradient is zero at the closed form, whose objective is what it says") {
    const CsrMatrix x = random_sparse(30, 12, 0.6, 1);
    const MatrixXd full = dense(x);
    for (const double lambda : {0.1, 3.0, 12.0}) {
        CAPTURE(lambda);
        const RidgeAutoencoder a = fit_ridge_autoencoder(x, {.rank = 4, .regularization = lambda, .tolerance = 1e-9});
        const MatrixXd w = a.weights.cast<double>();
        REQUIRE(a.rank() > 0);

        // Weights are rounded to float32, 6e-8, which enters the objective squared and a difference over 1e-4 once.
        CHECK(std::abs(objective(full, w, w, lambda) - a.objective) <= 1e-9 * a.squared_norm);
        for (Eigen::Index i = 0; i < w.size(); ++i) {
            MatrixXd up = w, down = w;
            up.data()[i] += 1e-4;
            down.data()[i] -= 1e-4;
            const double encoder = objective(full, up, w, lambda) - objective(full, down, w, lambda);
            const double decoder = objective(full, w, up, lambda) - objective(full, w, down, lambda);
            CHECK(std::abs(encoder / 2e-4) <= 1e-5 * a.squared_norm);
            CHECK(std::abs(decoder / 2e-4) <= 1e-5 * a.squared_norm);
        }
    }
}

TEST_CASE("nothing near the closed form is better, tied or not, and no turned one is different") {
    const CsrMatrix x = random_sparse(30, 12, 0.6, 2);
    const MatrixXd full = dense(x);
    const RidgeAutoencoder a = fit_ridge_autoencoder(x, {.rank = 3, .regularization = 2});
    const MatrixXd w = a.weights.cast<double>(), turn = random_orthonormal(3, 3, 5);
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        for (const double size : {1e-3, 1e-1, 1.0}) {
            const MatrixXd d1 = size * random_panel<double>(12, 3, seed),
                           d2 = size * random_panel<double>(12, 3, ~seed);
            CHECK(objective(full, w + d1, w + d2, 2) > a.objective);
            CHECK(objective(full, w + d1, w + d1, 2) > a.objective);
        }
    }
    CHECK(objective(full, w * turn, w * turn, 2) == doctest::Approx(a.objective).epsilon(1e-9));
}

TEST_CASE("gradient descent of both matrices ends at the objective of the closed form, tied of itself") {
    const CsrMatrix x = random_sparse(20, 8, 0.7, 3);
    const RidgeAutoencoder a = fit_ridge_autoencoder(x, {.rank = 3, .regularization = 1});
    for (const std::uint64_t seed : {1, 10, 20}) {
        const Weights w = descended(dense(x), 3, 1, seed);

        CHECK(std::abs(objective(dense(x), w.encoder, w.decoder, 1) - a.objective) <= 1e-6 * a.squared_norm);
        CHECK((w.encoder - w.decoder).cwiseAbs().maxCoeff() <= 1e-6);
        const MatrixXd products = w.encoder * w.decoder.transpose(),
                       closed = a.weights.cast<double>() * a.weights.cast<double>().transpose();
        CHECK((products - closed).cwiseAbs().maxCoeff() <= 1e-3);
    }
}

TEST_CASE("without a ridge it is the truncated SVD, with one its directions in their order") {
    const CsrMatrix x = random_sparse(40, 15, 0.5, 4);
    const MatrixXd v = singular_vectors(dense(x));
    const RidgeAutoencoder plain = fit_ridge_autoencoder(x, {.rank = 5, .regularization = 0, .tolerance = 1e-9});
    const RidgeAutoencoder ridge = fit_ridge_autoencoder(x, {.rank = 5, .regularization = 1, .tolerance = 1e-9});

    CHECK(plain.objective == doctest::Approx(eckart_young_errors(truncated_svd(x, {.rank = 5}))(5)));
    CHECK(principal_angles(plain.weights, v.leftCols(5).cast<float>()).maxCoeff() <= 1e-5);
    for (Eigen::Index i = 0; i < 5; ++i) {
        const Eigen::VectorXd direction = ridge.weights.col(i).cast<double>().normalized();
        CHECK(std::abs(direction.dot(v.col(i))) >= 1 - 1e-6);
        CHECK(ridge.weights.col(i).squaredNorm() == doctest::Approx(ridge.shrinkage[i]).epsilon(1e-5));
    }
}

TEST_CASE("directions below the ridge are left out, all of them above the largest") {
    const CsrMatrix x = random_sparse(40, 15, 0.5, 5);
    const Eigen::VectorXd s = truncated_svd(x, {.rank = 15, .tolerance = 1e-9}).singular_values;

    const RidgeAutoencoder two =
        fit_ridge_autoencoder(x, {.rank = 15, .regularization = 0.5 * (s[1] * s[1] + s[2] * s[2])});
    const RidgeAutoencoder none = fit_ridge_autoencoder(x, {.rank = 15, .regularization = 1.01 * s[0] * s[0]});

    CHECK(two.rank() == 2);
    CHECK(none.rank() == 0);
    CHECK(none.objective == doctest::Approx(none.squared_norm));
}

TEST_CASE("awkward matrices give the formula's objective") {
    MatrixXd x = MatrixXd::Zero(9, 6);
    SUBCASE("rank one") {
        x = random_panel<double>(9, 1, 1) * random_panel<double>(1, 6, 2);
    }
    SUBCASE("all equal") {
        x.setConstant(2);
    }
    SUBCASE("one column") {
        x = random_panel<double>(9, 1, 3);
    }
    SUBCASE("empty rows and columns") {
        x.topLeftCorner(4, 3) = random_panel<double>(4, 3, 4);
    }
    SUBCASE("duplicates") {
        x = random_panel<double>(9, 3, 5).replicate(1, 2);
    }
    const RidgeAutoencoder a = fit_ridge_autoencoder(sparse(x), {.rank = 6, .regularization = 0.3});
    const MatrixXd w = a.weights.cast<double>();

    CHECK(std::abs(objective(x.cast<float>().cast<double>(), w, w, 0.3) - a.objective) <= 1e-6 * a.squared_norm);
}

TEST_CASE("a ridge autoencoder has the same bytes on 1, 2 and 4 threads") {
    const CsrMatrix x = random_sparse(700, 400, 0.03, 6);
    const ThreadLimit single(1);
    const RidgeAutoencoder one = fit_ridge_autoencoder(x, {.rank = 8});
    for (const int threads : {2, 4}) {
        const ThreadLimit limit(threads);
        CHECK(same_bytes(fit_ridge_autoencoder(x, {.rank = 8}).weights, one.weights));
    }
}

TEST_CASE("what cannot be fitted with a ridge is refused") {
    CsrMatrix x = random_sparse(10, 5, 0.5, 7);
    CHECK_THROWS_AS(static_cast<void>(fit_ridge_autoencoder(x, {.rank = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_ridge_autoencoder(x, {.regularization = -1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_ridge_autoencoder(x, {.regularization = std::nan("")})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_ridge_autoencoder(csr_from_entries(3, 3, {}))), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_ridge_autoencoder(x, {.memory = {.bytes = 10}})), MemoryError);
    x.values[0] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_AS(static_cast<void>(fit_ridge_autoencoder(x)), UsageError);
}
