#include "engine/matrix/strips.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/dense_oracle.h"
#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

constexpr float roundoff = 6e-8F;  // roundoff of float32

std::int64_t place(std::int64_t row, std::int64_t col, std::int64_t rows) {
    return (col / strip_width * rows + row) * strip_width + col % strip_width;
}

/// A dense matrix in strips with room for `rows` rows.
AlignedFloats in_strips(const DenseMatrix& dense, std::int64_t rows) {
    AlignedFloats strips(strips_size(rows, dense.cols()));
    for (Eigen::Index i = 0; i < dense.rows(); ++i) {
        for (Eigen::Index j = 0; j < dense.cols(); ++j) strips[place(i, j, rows)] = dense(i, j);
    }
    return strips;
}

/// Y'Y + n I, of an order that is a multiple of 16.
Eigen::MatrixXd positive_definite(Eigen::Index order, std::uint64_t seed) {
    const Eigen::MatrixXd y = random_panel<double>(2 * order, order, seed);
    return y.transpose() * y + static_cast<double>(order) * Eigen::MatrixXd::Identity(order, order);
}

}  // namespace

TEST_CASE("the Gram matrix of two rows in strips is the one by hand") {
    DenseMatrix panel(2, 3);
    panel << 1, 2, 3, 4, 5, 6;
    const AlignedFloats strips = in_strips(panel, 5);
    AlignedFloats gram(strips_size(16, 3));

    add_gram(strips.data(), 5, 2, 1, gram.data());

    CHECK(gram[place(0, 0, 16)] == 17);
    CHECK(gram[place(0, 1, 16)] == 22);
    CHECK(gram[place(0, 2, 16)] == 27);
    CHECK(gram[place(1, 1, 16)] == 29);
    CHECK(gram[place(1, 2, 16)] == 36);
    CHECK(gram[place(2, 2, 16)] == 45);
    CHECK(gram[place(3, 3, 16)] == 0);
}

TEST_CASE("Gram matrices and weighted rows equal float64's for every width and count") {
    for (const Eigen::Index columns : {1, 15, 16, 17, 48, 100, 128}) {
        for (const Eigen::Index count : {1, 2, 3, 4, 5, 31, 200}) {
            CAPTURE(columns);
            CAPTURE(count);
            const DenseMatrix panel = random_panel<float>(count, columns, 7);
            const DenseMatrix weights = random_panel<float>(1, count, 8);
            const std::int64_t size = strip_count(columns) * strip_width;
            const AlignedFloats strips = in_strips(panel, count + 3);
            AlignedFloats gram(strips_size(size, columns)), sums(size);

            add_gram(strips.data(), count + 3, count, strip_count(columns), gram.data());
            add_weighted_rows(strips.data(), count + 3, count, strip_count(columns), weights.data(), sums.data());

            const Eigen::MatrixXd wide = panel.cast<double>();
            const Eigen::MatrixXd exact = wide.transpose() * wide;
            const Eigen::RowVectorXd exact_sums = weights.cast<double>() * wide;
            const float bound = 4 * roundoff * static_cast<float>(count) * 10;  // products of normals: below 10 or so
            float worst = 0;
            for (Eigen::Index j = 0; j < columns; ++j) {
                for (Eigen::Index i = 0; i <= j; ++i) {
                    worst = std::max(worst, std::abs(gram[place(i, j, size)] - static_cast<float>(exact(i, j))));
                }
                worst = std::max(worst, std::abs(sums[j] - static_cast<float>(exact_sums(j))));
            }
            CHECK(worst <= bound);
        }
    }
}

TEST_CASE("the factor and both solves equal a float64 Cholesky's") {
    for (const Eigen::Index order : {16, 32, 64, 144}) {
        CAPTURE(order);
        const Eigen::MatrixXd a = positive_definite(order, 3);
        const Eigen::VectorXd b = random_panel<double>(order, 1, 4);
        AlignedFloats strips = in_strips(a.cast<float>(), order), reciprocals(order), x(order);
        for (Eigen::Index i = 0; i < order; ++i) x[i] = static_cast<float>(b(i));

        const float least = cholesky(strips.data(), order / strip_width, reciprocals.data());
        solve_transposed(strips.data(), reciprocals.data(), order / strip_width, x.data());
        solve_upper(strips.data(), reciprocals.data(), order / strip_width, x.data());

        const Eigen::VectorXd solution = oracle_solution(a, b);
        const Eigen::MatrixXd upper = oracle_cholesky(a).transpose();
        double worst = 0, smallest = 1;
        for (Eigen::Index j = 0; j < order; ++j) {
            for (Eigen::Index i = 0; i <= j; ++i) {
                worst = std::max(worst, std::abs(static_cast<double>(strips[place(i, j, order)]) - upper(i, j)));
            }
            smallest = std::min(smallest, upper(j, j) * upper(j, j) / a(j, j));
            CHECK(std::abs(static_cast<double>(x[j]) - solution(j)) <= 1e-5 * solution.norm());
        }
        CHECK(worst <= 1e-5 * upper.norm());
        CHECK(static_cast<double>(least) == doctest::Approx(smallest).epsilon(1e-4));
    }
}

TEST_CASE("a matrix that is not positive definite has a least pivot of zero, and no NaN") {
    Eigen::MatrixXd a = positive_definite(32, 5);
    a.row(20) = a.row(3);
    a.col(20) = a.col(3);
    a(20, 20) = a(3, 3) - 1;
    AlignedFloats strips = in_strips(a.cast<float>(), 32), reciprocals(32);

    CHECK(cholesky(strips.data(), 2, reciprocals.data()) == 0);
    for (std::int64_t i = 0; i < 32; ++i) CHECK(std::isfinite(reciprocals[i]));
}

TEST_CASE("a diagonal of zeros has a least pivot of zero") {
    AlignedFloats strips(strips_size(16, 16)), reciprocals(16);

    CHECK(cholesky(strips.data(), 1, reciprocals.data()) == 0);
}

TEST_CASE("rows are transposed into a strip, scaled, with zeros for those that are not there") {
    for (const Eigen::Index columns : {3, 8, 21}) {
        const DenseMatrix rows = random_panel<float>(16, columns, 6);
        const DenseMatrix scale = random_panel<float>(1, columns, 7);
        const float* pointers[strip_width] = {};
        for (int i = 0; i < 13; ++i) pointers[i] = rows.row(i).data();
        AlignedFloats strip(columns * strip_width);

        transpose_into_strip(pointers, scale.data(), columns, strip.data());

        for (Eigen::Index k = 0; k < columns; ++k) {
            for (Eigen::Index i = 0; i < strip_width; ++i) {
                CHECK(strip[k * strip_width + i] == (i < 13 ? rows(i, k) * scale(0, k) : 0.0F));
            }
        }
    }
}
