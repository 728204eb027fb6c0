#include "engine/neighbors/graph_filter.h"

#include <algorithm>
#include <cmath>

#include <doctest/doctest.h>

#include "../matrix/random_matrices.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/dense_oracle.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

Eigen::VectorXd powers(const Eigen::VectorXd& degrees, double exponent) {
    return degrees.unaryExpr([&](double degree) { return degree > 0 ? std::pow(degree, exponent) : 0.0; });
}

/// P - t P^2 of the header in dense matrices.
Eigen::MatrixXd dense_filter(const Eigen::MatrixXd& x, const GraphFilterOptions& options, double sharpening) {
    const Eigen::MatrixXd r = powers(x.rowwise().squaredNorm(), -options.row_power).asDiagonal() * x *
                              powers(x.colwise().squaredNorm(), -options.column_power).asDiagonal();
    const Eigen::MatrixXd gram = r.transpose() * r;
    const Eigen::MatrixXd p = gram / oracle_eigen(gram).values.maxCoeff();
    return p - sharpening * p * p;
}

DenseMatrix applied(const GraphFilter& filter, double sharpening, const DenseMatrix& x) {
    DenseMatrix y(x.rows(), x.cols());
    apply_graph_filter({filter.r, filter.rt}, sharpening, x, y);
    return y;
}

DenseMatrix whole(const GraphFilter& filter, double sharpening) {
    return applied(filter, sharpening, DenseMatrix::Identity(filter.r.cols, filter.r.cols));
}

}  // namespace

TEST_CASE("a graph filter by hand: without powers and sharpening it counts shared rows") {
    Eigen::MatrixXd x(3, 3);
    x << 1, 1, 0,  //
        1, 1, 0,   //
        0, 1, 1;

    const GraphFilter filter = graph_filter(sparse(x), {.row_power = 0, .column_power = 0, .popularity = 1});

    // The largest eigenvalue of X'X = [2 2 0; 2 3 1; 0 1 1], a root of z^3 - 6 z^2 + 6 z - 0 = z (z^2 - 6 z + 6).
    const double largest = 3 + std::sqrt(3.0);
    const DenseMatrix p = whole(filter, 0);
    CHECK(p(0, 1) == doctest::Approx(2 / largest));
    CHECK(p(1, 1) == doctest::Approx(3 / largest));
    CHECK(p(2, 1) == doctest::Approx(1 / largest));
    CHECK(p(0, 2) == 0);
    CHECK(filter.gains == std::vector<float>{1.0F, 1.5F, 0.5F});
}

TEST_CASE("the filter is that of dense matrices, whatever the powers") {
    const CsrMatrix x = random_likes(80, 150, 0.06, 31);
    for (const double sharpening : {0.0, 0.6, 1.0}) {
        for (const GraphFilterOptions& options :
             {GraphFilterOptions{}, GraphFilterOptions{.row_power = 0, .column_power = 1, .popularity = -0.5}}) {
            const Eigen::MatrixXd expected = dense_filter(dense(x), options, sharpening);

            const GraphFilter filter = graph_filter(x, options);

            validate(filter.r);
            validate(filter.rt);
            const Eigen::MatrixXd found = whole(filter, sharpening).cast<double>();
            // The power method's spectral norm to 1e-7 a step, and float32 sums of at most 80 terms.
            CHECK((found - expected).cwiseAbs().maxCoeff() <= 1e-5 * expected.cwiseAbs().maxCoeff());
        }
    }
}

TEST_CASE("a few ones go the short way to the bytes of the block, on 1, 2 and 4 threads") {
    const CsrMatrix x = random_likes(300, 200, 0.04, 4);
    const std::vector<std::int32_t> ones = {3, 17, 18, 140};
    DenseMatrix block = DenseMatrix::Zero(200, 21);
    for (const std::int32_t one : ones) block(one, 16) = 1;
    block.col(2).setLinSpaced(-1, 1);
    for (const double sharpening : {0.0, 0.7}) {
        for (const int threads : {1, 2, 4}) {
            const ThreadLimit limit(threads);
            const GraphFilter filter = graph_filter(x);
            std::vector<float> short_way(200, 7.0F);

            apply_graph_filter({filter.r, filter.rt}, sharpening, ones, short_way);

            const Eigen::VectorXf column = applied(filter, sharpening, block).col(16);
            CHECK(std::equal(short_way.begin(), short_way.end(), column.data()));
        }
    }
}

TEST_CASE("rows and columns without entries reach nothing") {
    Eigen::MatrixXd x = dense(random_likes(30, 8, 0.4, 3));
    x.col(5).setZero();
    x.row(2).setZero();

    const GraphFilter filter = graph_filter(sparse(x), {.popularity = -1});

    const DenseMatrix w = whole(filter, 1);
    CHECK(w.allFinite());
    CHECK(w.col(5).isZero(0));
    CHECK(w.row(5).isZero(0));
    CHECK(filter.gains[5] == 0);
}

TEST_CASE("a matrix of stored zeros filters to zeros") {
    CsrMatrix x = random_likes(6, 5, 0.5, 2);
    for (float& value : x.values) value = 0;
    CHECK(whole(graph_filter(x), 1).isZero(0));
}

TEST_CASE("options of a graph filter that are out of range are refused") {
    CsrMatrix x = random_likes(10, 5, 0.5, 2);
    CHECK_THROWS_AS(static_cast<void>(graph_filter(x, {.row_power = 2})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(graph_filter(x, {.column_power = -0.1})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(graph_filter(x, {.popularity = std::nan("")})), UsageError);
    x.values[0] = INFINITY;
    CHECK_THROWS_AS(static_cast<void>(graph_filter(x)), UsageError);
}
