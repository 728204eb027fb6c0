#include "engine/neighbors/graph_filter.h"

#include <cmath>

#include <doctest/doctest.h>
#include <Eigen/Eigenvalues>

#include "../matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

CsrMatrix likes(std::int64_t rows, std::int64_t cols, double density, std::uint64_t seed) {
    CsrMatrix x = random_sparse(rows, cols, density, seed);
    for (float& value : x.values) value = 1;
    return x;
}

/// W of the header in dense matrices.
Eigen::MatrixXd dense_weights(const Eigen::MatrixXd& x, const GraphFilterOptions& options) {
    const auto power = [](const Eigen::VectorXd& degrees, double exponent) {
        return Eigen::VectorXd(
            degrees.unaryExpr([&](double degree) { return degree > 0 ? std::pow(degree, exponent) : 0.0; }));
    };
    const Eigen::VectorXd users = x.rowwise().squaredNorm(), items = x.colwise().squaredNorm();
    const Eigen::MatrixXd r =
        power(users, -options.row_power).asDiagonal() * x * power(items, -options.column_power).asDiagonal();
    const Eigen::MatrixXd gram = r.transpose() * r;
    const Eigen::MatrixXd p = gram / Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(gram).eigenvalues().maxCoeff();
    Eigen::MatrixXd w = p - options.sharpening * p * p;
    w = w * power(items / items.mean(), options.popularity).asDiagonal();
    w.diagonal().setZero();
    return w;
}

}  // namespace

TEST_CASE("a graph filter by hand: without powers and sharpening it counts shared rows") {
    Eigen::MatrixXd x(3, 3);
    x << 1, 1, 0,  //
        1, 1, 0,   //
        0, 1, 1;

    const CsrMatrix w = graph_filter_weights(
        sparse(x), {.row_power = 0, .column_power = 0, .sharpening = 0, .popularity = 0, .neighbors = 3});

    // The largest eigenvalue of X'X = [2 2 0; 2 3 1; 0 1 1], a root of z^3 - 6 z^2 + 6 z - 0 = z (z^2 - 6 z + 6).
    const double largest = 3 + std::sqrt(3.0);
    CHECK(dense(w)(0, 1) == doctest::Approx(2 / largest));
    CHECK(dense(w)(2, 1) == doctest::Approx(1 / largest));
    CHECK(dense(w)(0, 2) == 0);
    CHECK(dense(w).diagonal().isZero(0));
}

TEST_CASE("the weights are those of dense matrices, whatever the powers") {
    const CsrMatrix x = likes(80, 150, 0.06, 31);
    for (const GraphFilterOptions& options :
         {GraphFilterOptions{}, GraphFilterOptions{.sharpening = 0},
          GraphFilterOptions{.row_power = 0.2, .column_power = 0.3, .sharpening = 1, .popularity = -0.5}}) {
        const Eigen::MatrixXd expected = dense_weights(dense(x), options);

        const CsrMatrix w = graph_filter_weights(x, options);

        validate(w);
        // 1e-6: the power method's spectral norm and float32 sums of at most 80 terms.
        CHECK((dense(w) - expected).cwiseAbs().maxCoeff() <= 1e-5 * expected.cwiseAbs().maxCoeff());
    }
}

TEST_CASE("of each column the strongest weights are kept") {
    const CsrMatrix x = likes(60, 100, 0.1, 7);
    const Eigen::MatrixXd whole = dense(graph_filter_weights(x));

    const CsrMatrix kept = graph_filter_weights(x, {.neighbors = 5});

    const Eigen::MatrixXd table = dense(kept);
    for (Eigen::Index i = 0; i < x.cols; ++i) {
        CHECK((table.col(i).array() != 0).count() == 5);
        const double weakest = (table.col(i).array() != 0).select(table.col(i).array().abs(), 1e9).minCoeff();
        const double left_out = (table.col(i).array() == 0).select(whole.col(i).array().abs(), 0).maxCoeff();
        CHECK(weakest >= left_out);
    }
}

TEST_CASE("a graph filter has the same bytes on 1, 2 and 4 threads") {
    const CsrMatrix x = likes(100, 300, 0.05, 4);
    const ThreadLimit single(1);
    const CsrMatrix one = graph_filter_weights(x, {.neighbors = 20});
    for (const int threads : {2, 4}) {
        const ThreadLimit limit(threads);
        const CsrMatrix other = graph_filter_weights(x, {.neighbors = 20});
        CHECK(other.row_offsets == one.row_offsets);
        CHECK(other.column_indices == one.column_indices);
        CHECK(other.values == one.values);
    }
}

TEST_CASE("a column without entries has no weights") {
    Eigen::MatrixXd x = dense(likes(30, 8, 0.4, 3));
    x.col(5).setZero();
    x.row(2).setZero();

    const Eigen::MatrixXd w = dense(graph_filter_weights(sparse(x), {.popularity = -1}));

    CHECK(w.allFinite());
    CHECK(w.col(5).isZero(0));
    CHECK(w.row(5).isZero(0));
}

TEST_CASE("options of a graph filter that are out of range are refused") {
    const CsrMatrix x = likes(10, 5, 0.5, 2);
    CHECK_THROWS_AS(static_cast<void>(graph_filter_weights(x, {.row_power = 2})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(graph_filter_weights(x, {.sharpening = -1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(graph_filter_weights(x, {.popularity = std::nan("")})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(graph_filter_weights(x, {.neighbors = 0})), UsageError);
}
