#include "engine/regression/ridge_map.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/dense_oracle.h"
#include "tests/engine/regression/ridge_cases.h"

using namespace eckart;
using eckart::testing::oracle_solution;
using eckart::testing::ridge_case;
using eckart::testing::with_ones;

namespace {

/// W and b below each other, by the normal equations written out for the rows that are kept.
Eigen::MatrixXd dense_fit(const CsrMatrix& a, const DenseMatrixF64& e, std::span<const float> weights, double lambda,
                          std::int64_t left_out = -1) {
    const Eigen::MatrixXd x = with_ones(a);
    Eigen::VectorXd d(a.rows);
    for (std::int64_t i = 0; i < a.rows; ++i) {
        d[i] = i == left_out ? 0 : weights.empty() ? 1 : static_cast<double>(weights[static_cast<std::size_t>(i)]);
    }
    Eigen::MatrixXd g = x.transpose() * d.asDiagonal() * x;
    for (std::int64_t j = 0; j < a.cols; ++j) g(j, j) += lambda;
    return oracle_solution(g, x.transpose() * d.asDiagonal() * e);
}

double largest(const Eigen::MatrixXd& matrix) {
    return matrix.cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("a ridge map of one column is what the pencil gives") {
    // a = 0, 2; e = 1, 5: centered -1, 1 and -2, 2, so W = 4 / (2 + lambda) and b = 3 - W.
    const CsrMatrix a = csr_from_entries(2, 1, {{1, 0, 2}});
    DenseMatrixF64 e(2, 1);
    e << 1, 5;

    const RidgeMap map = fit_ridge_map(a, e, {.lambdas = {2}});

    CHECK(std::abs(map.weights(0, 0) - 1) <= 1e-12);
    CHECK(std::abs(map.intercept[0] - 2) <= 1e-12);
    // Each row alone predicts the other by its own target: residuals 1 and 1 over 1 - (1/2 + 1/4).
    CHECK(std::abs(map.error - 16) <= 1e-10);
}

TEST_CASE("a ridge map is the solution of the normal equations, weights and intercept included") {
    for (const auto& [n, p, k] : {std::array<std::int64_t, 3>{40, 12, 5}, {12, 30, 3}, {25, 8, 20}}) {
        const auto made = ridge_case(n, p, k, 7);
        for (const double lambda : {0.3, 20.0}) {
            const RidgeMap map = fit_ridge_map(made.a, made.e, {.lambdas = {lambda}, .weights = made.weights});
            const Eigen::MatrixXd dense = dense_fit(made.a, made.e, made.weights, lambda);

            CHECK(largest(map.weights - dense.topRows(p)) <= 1e-8 * largest(dense));
            CHECK(largest(map.intercept - dense.bottomRows(1)) <= 1e-8 * largest(dense));
            CHECK(map.residual <= 1e-9);
            CHECK(largest(mapped_rows(map, made.a) - with_ones(made.a) * dense) <= 1e-7 * largest(dense));
        }
    }
}

TEST_CASE("the error left out is that of fitting again without each row") {
    const auto made = ridge_case(20, 6, 2, 3);

    const RidgeMap map = fit_ridge_map(made.a, made.e, {.lambdas = {1.5}, .weights = made.weights});

    double sum = 0, total = 0;
    const Eigen::MatrixXd x = with_ones(made.a);
    for (std::int64_t i = 0; i < 20; ++i) {
        const Eigen::MatrixXd rest = dense_fit(made.a, made.e, made.weights, 1.5, i);
        const auto weight = static_cast<double>(made.weights[static_cast<std::size_t>(i)]);
        sum += weight * (made.e.row(i) - x.row(i) * rest).squaredNorm();
        total += weight;
    }
    CHECK(std::abs(map.error - sum / total) <= 1e-8 * map.error);
}

TEST_CASE("the lambda with the least error is chosen, and noise is explained by none") {
    const auto made = ridge_case(60, 10, 3, 5);
    const RidgeMap map = fit_ridge_map(made.a, made.e);
    for (const LambdaTrial& trial : map.trials) CHECK(map.error <= trial.error);
    CHECK(map.trials.size() == 11);
    CHECK(map.explained > 0.3);

    DenseMatrixF64 noise(60, 2);
    const Philox random(11);
    for (Eigen::Index i = 0; i < noise.size(); ++i) noise.data()[i] = random.normal(static_cast<std::uint64_t>(i));
    const RidgeMap of_noise = fit_ridge_map(made.a, noise);
    CHECK(of_noise.explained < 0.1);
    CHECK(of_noise.lambda > map.lambda);
}

TEST_CASE("generalized leave-one-out is near the exact one where leverages are alike") {
    const auto made = ridge_case(200, 15, 2, 9);
    const RidgeMap exact = fit_ridge_map(made.a, made.e, {.lambdas = {5}});
    const RidgeMap generalized =
        fit_ridge_map(made.a, made.e, {.lambdas = {5}, .leave_one_out = LeaveOneOut::generalized, .probes = 200});
    CHECK(std::abs(generalized.error - exact.error) <= 0.02 * exact.error);
}

TEST_CASE("a ridge map does not depend on the unit of the attributes") {
    auto made = ridge_case(50, 9, 2, 4);
    const RidgeMap map = fit_ridge_map(made.a, made.e);
    for (float& value : made.a.values) value *= 8;
    const RidgeMap scaled = fit_ridge_map(made.a, made.e);
    CHECK(largest(map.weights - 8 * scaled.weights) <= 1e-8 * largest(map.weights));
}

TEST_CASE("awkward attributes give a finite map") {
    auto made = ridge_case(10, 4, 2, 6);
    SUBCASE("columns that are copies of each other") {
        std::vector<Entry> entries;
        for (std::int64_t i = 0; i < 10; i += 2) {
            for (std::int64_t j = 0; j < 4; ++j) entries.push_back({i, j, 1});
        }
        made.a = csr_from_entries(10, 4, entries);
    }
    SUBCASE("no attribute anywhere") {
        made.a = csr_from_entries(10, 4, {});
    }
    SUBCASE("constant targets") {
        made.e.setConstant(2);
    }
    SUBCASE("a column that all rows have") {
        std::vector<Entry> entries;
        for (std::int64_t i = 0; i < 10; ++i) entries.push_back({i, 1, 1});
        made.a = csr_from_entries(10, 4, entries);
    }

    const RidgeMap map = fit_ridge_map(made.a, made.e);

    CHECK(map.weights.allFinite());
    CHECK(map.intercept.allFinite());
    CHECK(std::isfinite(map.explained));
    CHECK(map.residual <= 1e-9);
}

TEST_CASE("a ridge map is the same bytes for any number of threads") {
    const auto made = ridge_case(300, 40, 6, 8);
    const auto fitted = [&](int threads) {
        const ThreadLimit limit(threads);
        return fit_ridge_map(made.a, made.e, {.lambdas = {1, 10}});
    };
    const RidgeMap one = fitted(1), three = fitted(3);
    CHECK(one.weights == three.weights);
    CHECK(one.error == three.error);
}

TEST_CASE("what cannot be fitted is refused") {
    auto made = ridge_case(6, 3, 2, 1);
    CHECK_THROWS_AS(fit_ridge_map(made.a, made.e.topRows(5)), UsageError);
    CHECK_THROWS_AS(fit_ridge_map(made.a, made.e, {.lambdas = {0}}), UsageError);
    CHECK_THROWS_AS(fit_ridge_map(csr_from_entries(1, 1, {}), made.e.topRows(1)), UsageError);
    CHECK_THROWS_AS(fit_ridge_map(csr_from_entries(6, 0, {}), made.e), UsageError);
    made.weights[2] = 0;
    CHECK_THROWS_AS(fit_ridge_map(made.a, made.e, {.weights = made.weights}), UsageError);
    made.e(0, 0) = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(fit_ridge_map(made.a, made.e), UsageError);
    made.a.values[0] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(RidgeSystem(made.a, {}), UsageError);
}
