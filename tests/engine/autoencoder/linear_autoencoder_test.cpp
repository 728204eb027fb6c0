#include "engine/autoencoder/linear_autoencoder.h"

#include <limits>

#include <doctest/doctest.h>

#include "../matrix/random_matrices.h"
#include "engine/support/error.h"
#include "tests/dense_oracle.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// The closed form as the paper has it, by Eigen in float64.
Eigen::MatrixXd closed_form(const Eigen::MatrixXd& x, double lambda) {
    Eigen::MatrixXd a = x.transpose() * x;
    a.diagonal().array() += lambda;
    const Eigen::MatrixXd p = oracle_inverse(a);
    Eigen::MatrixXd b = -p * p.diagonal().cwiseInverse().asDiagonal();
    b.diagonal().setZero();
    return b;
}

/// Each column by itself: ridge regression of one column of X on all the others.
Eigen::MatrixXd column_by_column(const Eigen::MatrixXd& x, double lambda) {
    const Eigen::Index n = x.cols();
    Eigen::MatrixXd b = Eigen::MatrixXd::Zero(n, n);
    for (Eigen::Index j = 0; j < n; ++j) {
        Eigen::MatrixXd others = x;
        others.col(j).setZero();
        Eigen::MatrixXd a = others.transpose() * others;
        a.diagonal().array() += lambda;
        b.col(j) = oracle_solution(a, others.transpose() * x.col(j));
    }
    return b;
}

double difference(const DenseMatrix& a, const Eigen::MatrixXd& b) {
    return (a.cast<double>() - b).cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("two items that are liked together, by hand") {
    // X'X + 1 = [3 2; 2 4]: B_12 = 2 / 3 predicts item 2 by item 1, B_21 = 2 / 4 item 1 by item 2.
    Eigen::MatrixXd x(3, 2);
    x << 1, 1, 1, 1, 0, 1;

    const LinearAutoencoder model = fit_linear_autoencoder(sparse(x), {.regularization = 1});

    CHECK(model.weights(0, 1) == doctest::Approx(2. / 3));
    CHECK(model.weights(1, 0) == doctest::Approx(2. / 4));
    CHECK(model.weights.diagonal().isZero(0));
}

TEST_CASE("the weights are those of the closed form, and of ridge regressions column by column") {
    const CsrMatrix x = random_likes(90, 45, 0.2, 3);
    for (const double lambda : {0.5, 20.0}) {
        const LinearAutoencoder narrow = fit_linear_autoencoder(x, {.regularization = lambda});
        const LinearAutoencoder wide =
            fit_linear_autoencoder(x, {.regularization = lambda, .arithmetic = Arithmetic::float64});

        // cond(A) <= 90 * 45 * 0.2 * 4 / lambda < 7000; float32 has 6e-8, and weights are below 1.
        CHECK(difference(narrow.weights, closed_form(dense(x), lambda)) <= 7000 * 6e-8);
        CHECK(difference(narrow.weights, column_by_column(dense(x), lambda)) <= 7000 * 6e-8);
        CHECK(difference(wide.weights, column_by_column(dense(x), lambda)) <= 6e-8);  // float32 only in what is stored
        CHECK(narrow.weights.diagonal().isZero(0));
    }
}

TEST_CASE("with fewer rows than columns the smaller matrix is inverted, and the weights are the same") {
    const CsrMatrix x = random_likes(40, 150, 0.1, 13);
    const std::uint64_t least = linear_autoencoder_memory(40, 150, x.nonzeros(), {.memory = {.bytes = 1}});

    const LinearAutoencoder free = fit_linear_autoencoder(x, {.regularization = 2});
    const LinearAutoencoder bound = fit_linear_autoencoder(x, {.regularization = 2, .memory = {.bytes = least}});
    const LinearAutoencoder noisy = fit_linear_autoencoder(x, {.regularization = 2, .dropout = 0.3});
    const LinearAutoencoder noisy_bound =
        fit_linear_autoencoder(x, {.regularization = 2, .dropout = 0.3, .memory = {.bytes = least}});

    CHECK(free.by_rows);
    CHECK_FALSE(bound.by_rows);
    // cond(A) <= 40 * 150 * 0.1 * 2 / 2 = 600.
    CHECK(difference(free.weights, closed_form(dense(x), 2)) <= 600 * 6e-8);
    CHECK(difference(bound.weights, closed_form(dense(x), 2)) <= 600 * 6e-8);
    CHECK(difference(noisy.weights, noisy_bound.weights.cast<double>()) <= 600 * 6e-8);
    CHECK(free.residual <= 1e-5);
}

TEST_CASE("dropout adds to the regularization of an item in proportion to its likes") {
    const CsrMatrix x = random_likes(90, 30, 0.2, 4);
    const double noise = 0.4 / 0.6;
    Eigen::MatrixXd a = dense(x).transpose() * dense(x);
    a.diagonal() *= 1 + noise;
    a.diagonal().array() += 3;
    const Eigen::MatrixXd p = oracle_inverse(a);

    const LinearAutoencoder model = fit_linear_autoencoder(x, {.regularization = 3, .dropout = 0.4});

    CHECK(model.weights(2, 7) == doctest::Approx(-p(2, 7) / p(7, 7)).epsilon(1e-4));
    CHECK(model.weights(7, 2) == doctest::Approx(-p(7, 2) / p(2, 2)).epsilon(1e-4));
}

TEST_CASE("float32 is given up where its residual is large, if it may be") {
    // Two equal items and next to no regularization: cond(A) = 4e9.
    CsrMatrix x = random_likes(400, 20, 0.5, 6);
    Eigen::MatrixXd twice = dense(x);
    twice.col(1) = twice.col(0);
    x = sparse(twice);

    const LinearAutoencoder model = fit_linear_autoencoder(x, {.regularization = 1e-6});

    CHECK(model.arithmetic == Arithmetic::float64);
    CHECK(model.residual <= 1e-3);
    CHECK(model.weights.allFinite());
    const LinearAutoencoder easy = fit_linear_autoencoder(x, {.regularization = 10});
    CHECK(easy.arithmetic == Arithmetic::float32);
    CHECK(easy.residual <= 1e-4);
}

TEST_CASE("an item that nobody likes neither gives nor takes") {
    Eigen::MatrixXd x = dense(random_likes(30, 6, 0.5, 8));
    x.col(4).setZero();

    const LinearAutoencoder model = fit_linear_autoencoder(sparse(x), {.regularization = 2});

    CHECK(model.weights.row(4).isZero(0));
    CHECK(model.weights.col(4).isZero(0));
}

TEST_CASE("a linear autoencoder has the same bytes on 1, 2 and 4 threads") {
    const CsrMatrix x = random_likes(300, 400, 0.05, 12);
    const ThreadLimit single(1);
    const LinearAutoencoder one = fit_linear_autoencoder(x, {.regularization = 5});
    for (const int threads : {2, 4}) {
        const ThreadLimit limit(threads);
        CHECK(same_bytes(fit_linear_autoencoder(x, {.regularization = 5}).weights, one.weights));
    }
}

TEST_CASE("a budget that is too small is refused with the number, and one that float64 does not fit keeps float32") {
    const CsrMatrix x = random_likes(100, 500, 0.05, 2);
    const std::uint64_t narrow = linear_autoencoder_memory(100, 500, x.nonzeros(), {.memory = {.bytes = 1}});
    const std::string number = readable_bytes(narrow);
    try {
        static_cast<void>(fit_linear_autoencoder(x, {.memory = {.bytes = 1000}}));
        FAIL("was not refused");
    } catch (const MemoryError& error) {
        CHECK(std::string(error.what()).find(number) != std::string::npos);
    }
    CHECK(narrow >= 500 * 500 * 4);
    CHECK(fit_linear_autoencoder(x, {.memory = {.bytes = narrow}}).arithmetic == Arithmetic::float32);
}

TEST_CASE("what cannot be fitted is refused") {
    CsrMatrix x = random_likes(10, 5, 0.5, 2);
    CHECK_THROWS_AS(static_cast<void>(fit_linear_autoencoder(x, {.regularization = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_linear_autoencoder(x, {.regularization = std::nan("")})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_linear_autoencoder(x, {.dropout = 1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(parse_arithmetic("float16")), UsageError);
    x.values[0] = std::numeric_limits<float>::infinity();
    CHECK_THROWS_AS(static_cast<void>(fit_linear_autoencoder(x)), UsageError);
}
