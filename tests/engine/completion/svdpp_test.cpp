#include "engine/completion/svdpp.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/completion/set_regression.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/dense_oracle.h"
#include "tests/engine/completion/rated_matrix.h"

using namespace eckart;
using namespace eckart::testing;
using eckart::testing::rated_matrix;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

MatrixXd dense_sets(const CsrMatrix& matrix) {
    MatrixXd w = MatrixXd::Zero(matrix.rows, matrix.cols);
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const auto begin = matrix.row_offsets[static_cast<std::size_t>(row)];
        const auto end = matrix.row_offsets[static_cast<std::size_t>(row) + 1];
        for (auto p = begin; p < end; ++p) {
            w(row, matrix.column_indices[static_cast<std::size_t>(p)]) =
                1 / std::sqrt(static_cast<double>(end - begin));
        }
    }
    return w;
}

ConstMatrixMap map(const DenseMatrix& matrix) {
    return {matrix.data(), matrix.rows(), matrix.cols()};
}

struct Fitted {
    CsrMatrix matrix = rated_matrix(80, 50, 0.3, 3);
    SvdppOptions options = {.sgd = {.factors = 6, .epochs = 12, .regularization = 0.07}};
    SvdppModel model = fit_svdpp(matrix, options);

    SvdppColumns columns() const {
        const SgdModel& sgd = model.factorization;
        return {{sgd.mean, map(sgd.column_factors), sgd.column_biases}, map(model.set_factors)};
    }
    AlsOptions ridge() const {
        return {.factors = options.sgd.factors,
                .lambda = options.sgd.regularization,
                .offset_lambda = options.sgd.bias_regularization,
                .power = 1,
                .offset_prior = options.sgd.bias_prior,
                .factor_prior = 0};
    }
};

/// The part of fit_svdpp's objective that depends on row u, in float64.
double row_objective(const Fitted& fitted, std::int64_t u, const VectorXd& z, double b) {
    const auto& [matrix, options, model] = fitted;
    const auto begin = matrix.row_offsets[static_cast<std::size_t>(u)];
    const auto end = matrix.row_offsets[static_cast<std::size_t>(u) + 1];
    VectorXd s = VectorXd::Zero(z.size());
    for (auto p = begin; p < end; ++p) {
        s += model.set_factors.row(matrix.column_indices[static_cast<std::size_t>(p)]).transpose().cast<double>();
    }
    s /= std::sqrt(static_cast<double>(end - begin));
    double sum = 0;
    for (auto p = begin; p < end; ++p) {
        const std::int32_t i = matrix.column_indices[static_cast<std::size_t>(p)];
        const double predicted = model.factorization.mean + b +
                                 static_cast<double>(model.factorization.column_biases[static_cast<std::size_t>(i)]) +
                                 z.dot(model.factorization.column_factors.row(i).transpose().cast<double>());
        sum += std::pow(static_cast<double>(matrix.values[static_cast<std::size_t>(p)]) - predicted, 2) +
               options.sgd.regularization * (z - s).squaredNorm() + options.sgd.bias_regularization * b * b;
    }
    return sum + options.sgd.bias_prior * b * b;
}

}  // namespace

TEST_CASE("the vector of a set is the sum of its columns' over the root of its size") {
    const CsrMatrix matrix = csr_from_entries(2, 3, {{0, 0, 5}, {0, 2, 1}, {1, 1, 4}});
    DenseMatrix y(3, 1);
    y << 1, 10, 3;

    const DenseMatrix sums = SetRegression(matrix).sums(y);

    CHECK(std::abs(sums(0, 0) - 4 / std::sqrt(2.0F)) < 1e-6F);
    CHECK(sums(1, 0) == 10);
    CHECK(set_sums(matrix, y) == sums);
}

TEST_CASE("the regression on sets solves its normal equations") {
    const CsrMatrix matrix = rated_matrix(40, 25, 0.3, 7);
    const MatrixXd w = dense_sets(matrix);
    const SetRegression sets(matrix);
    const DenseMatrix z = DenseMatrix::NullaryExpr(40, 3, [](Eigen::Index i, Eigen::Index k) {
        return static_cast<float>(std::sin(static_cast<double>(5 * i + 3 * k)));
    });
    const MatrixXd right = w.transpose() * z.cast<double>();
    const MatrixXd expected = oracle_solution(w.transpose() * w + 0.5 * MatrixXd::Identity(25, 25), right);

    DenseMatrix y = DenseMatrix::Zero(25, 3);
    const double residual = sets.solve(sets.adjoint(z), 0.5, 40, y);

    CHECK(residual < 1e-5);
    CHECK((y.cast<double>() - expected).cwiseAbs().maxCoeff() < 1e-4);  // float32 over some forty steps
}

TEST_CASE("a row's factors and bias are where the gradient of its objective is zero") {
    const Fitted fitted;
    const AlsRows rows = svdpp_rows(fitted.matrix, fitted.columns(), fitted.ridge());
    for (const std::int64_t u : {0, 7, 33}) {
        VectorXd z = rows.factors.row(u).transpose().cast<double>();
        const double b = static_cast<double>(rows.offsets[static_cast<std::size_t>(u)]), h = 1e-4;
        for (Eigen::Index k = 0; k < z.size(); ++k) {
            VectorXd up = z, down = z;
            up[k] += h;
            down[k] -= h;
            const double slope = (row_objective(fitted, u, up, b) - row_objective(fitted, u, down, b)) / (2 * h);
            CHECK(std::abs(slope) < 1e-4);  // curvature about 10, factors in float32 to 1e-6
        }
        const double slope = (row_objective(fitted, u, z, b + h) - row_objective(fitted, u, z, b - h)) / (2 * h);
        CHECK(std::abs(slope) < 1e-4);
    }
}

TEST_CASE("contributions add up to the prediction, and a set says something") {
    const Fitted fitted;
    const AlsRows rows = svdpp_rows(fitted.matrix, fitted.columns(), fitted.ridge());
    const auto begin = static_cast<std::size_t>(fitted.matrix.row_offsets[5]);
    const auto size = static_cast<std::size_t>(fitted.matrix.row_offsets[6]) - begin;
    const std::vector<std::int64_t> offsets = {0, static_cast<std::int64_t>(size)};
    const CsrView row{1, fitted.matrix.cols, offsets, std::span(fitted.matrix.column_indices).subspan(begin, size),
                      std::span(fitted.matrix.values).subspan(begin, size)};
    const auto parts = svdpp_contributions(row, 9, fitted.columns(), fitted.ridge());

    double sum = 0;
    for (const double part : parts) sum += part;
    const double expected =
        static_cast<double>(rows.offsets[5] + rows.factors.row(5).dot(fitted.columns().factorization.factors.row(9)));
    CHECK(std::abs(sum - expected) < 1e-4);
    CHECK(fitted.model.set_factors.norm() > 0.01F);
}

TEST_CASE("SVD++ is the same bytes for 1, 2 and 4 threads, and its loss falls") {
    const CsrMatrix matrix = rated_matrix(300, 150, 0.3, 4);
    const auto fit = [&](int threads) {
        const ThreadLimit limit(threads);
        return fit_svdpp(matrix, {.sgd = {.factors = 12, .epochs = 6}});
    };
    const SvdppModel one = fit(1);

    for (const int threads : {2, 4}) {
        const SvdppModel more = fit(threads);
        CHECK((more.set_factors == one.set_factors));
        CHECK((more.factorization.column_factors == one.factorization.column_factors));
    }
    for (std::size_t epoch = 1; epoch < one.factorization.loss.size(); ++epoch) {
        CHECK(one.factorization.loss[epoch] < one.factorization.loss[epoch - 1]);
    }
}

TEST_CASE("options of sets out of range and a foreign start are refused") {
    const CsrMatrix matrix = rated_matrix(20, 10, 0.5, 2);
    CHECK_THROWS_AS(static_cast<void>(fit_svdpp(matrix, {.set_regularization = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(fit_svdpp(matrix, {.set_steps = 0})), UsageError);
    const SvdppModel other = fit_svdpp(matrix, {.sgd = {.factors = 3, .epochs = 1}});
    CHECK_THROWS_AS(static_cast<void>(fit_svdpp(matrix, {.sgd = {.factors = 4}}, {}, &other)), UsageError);
}
