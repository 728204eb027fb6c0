#include "engine/autoencoder/dropout.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Each entry kept with probability 1 - p and divided by it.
Eigen::MatrixXd noisy(const Eigen::MatrixXd& x, double dropout, std::uint64_t draw) {
    const Philox random(11, draw);
    Eigen::MatrixXd result = x / (1 - dropout);
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        if (random.uniform(static_cast<std::uint64_t>(i)) < dropout) result.data()[i] = 0;
    }
    return result;
}

/// Mean and standard error of ||X - noise(X) B||^2.
struct Simulated {
    double mean;
    double standard_error;
};

Simulated simulated(const Eigen::MatrixXd& x, const Eigen::MatrixXd& b, double dropout) {
    constexpr int draws = 4000;
    double sum = 0, squares = 0;
    for (std::uint64_t draw = 0; draw < draws; ++draw) {
        const double error = (x - noisy(x, dropout, draw) * b).squaredNorm();
        sum += error;
        squares += error * error;
    }
    const double mean = sum / draws;
    return {mean, std::sqrt((squares / draws - mean * mean) / (draws - 1))};
}

}  // namespace

TEST_CASE("the penalty of dropout, by hand") {
    const Eigen::VectorXd penalty = dropout_penalty(Eigen::Vector3d(4, 0, 1), 0.75, 2);  // p / (1 - p) = 3

    CHECK(penalty[0] == doctest::Approx(14));
    CHECK(penalty[1] == doctest::Approx(2));
    CHECK(penalty[2] == doctest::Approx(5));
    CHECK(dropout_penalty(Eigen::Vector2d(4, 0), 0.5, 0) == Eigen::Vector2d(4, 1));  // an empty column
}

TEST_CASE("the error under simulated dropout is that of clean inputs and the penalty, to its standard error") {
    const Eigen::MatrixXd x = dense(random_sparse(12, 9, 0.5, 1));
    const Eigen::MatrixXd b = 0.3 * random_panel<double>(9, 9, 2);
    for (const double dropout : {0.1, 0.5, 0.8}) {
        CAPTURE(dropout);
        const Eigen::VectorXd penalty = dropout_penalty(x.colwise().squaredNorm().transpose(), dropout, 0);
        const double exact = (x - x * b).squaredNorm() + (penalty.cwiseSqrt().asDiagonal() * b).squaredNorm();

        const Simulated found = simulated(x, b, dropout);

        CHECK(std::abs(found.mean - exact) <= 4 * found.standard_error);
        CHECK(found.standard_error <= 0.02 * exact);  // so that the line above says something
    }
}

TEST_CASE("dropout of everything, and no penalty at all, are refused") {
    const Eigen::VectorXd norms = Eigen::Vector2d(4, 1);
    CHECK_THROWS_WITH_AS(dropout_penalty(norms, 1, 5), doctest::Contains("below 1"), UsageError);
    CHECK_THROWS_AS(dropout_penalty(norms, -0.1, 5), UsageError);
    CHECK_THROWS_AS(dropout_penalty(norms, std::nan(""), 5), UsageError);
    CHECK_THROWS_AS(dropout_penalty(norms, 0.1, -1), UsageError);
    CHECK_THROWS_AS(dropout_penalty(norms, 0.1, std::numeric_limits<double>::infinity()), UsageError);
    CHECK_THROWS_WITH_AS(dropout_penalty(norms, 0, 0), doctest::Contains("identity"), UsageError);
}
