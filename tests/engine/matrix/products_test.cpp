#include "engine/matrix/products.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Largest |y - A x|, beside the bound of a sum of n products in Real: n units of roundoff times |A| |x|.
template <class Real>
bool close_to_product(const Eigen::MatrixXd& a, const RowMajorMatrix<Real>& x, const RowMajorMatrix<Real>& y) {
    const Eigen::MatrixXd wide = x.template cast<double>();
    const Eigen::MatrixXd bound = a.cwiseAbs() * wide.cwiseAbs() * static_cast<double>(a.cols() + 1) *
                                  static_cast<double>(std::numeric_limits<Real>::epsilon());
    return ((y.template cast<double>() - a * wide).array().abs() <= bound.array()).all();
}

}  // namespace

TEST_CASE("a product by hand") {
    const CsrMatrix a = csr_from_entries(2, 3, {{0, 0, 1}, {0, 2, 2}, {1, 1, -1}});
    DenseMatrix x(3, 2), y(2, 2);
    x << 1, 2,  //
        3, 4,   //
        5, 6;

    multiply(a, x, y);

    DenseMatrix expected(2, 2);
    expected << 11, 14,  //
        -3, -4;
    CHECK(y == expected);
}

TEST_CASE_TEMPLATE("products of every width from 1 to 70 are those of the dense matrix", Real, float, double) {
    const CsrMatrix a = random_sparse(301, 83, 0.1, 5);
    const Eigen::MatrixXd full = dense(a);
    for (Eigen::Index width = 1; width <= 70; ++width) {
        CAPTURE(width);
        const auto x = random_panel<Real>(a.cols, width, static_cast<std::uint64_t>(width));
        RowMajorMatrix<Real> y = RowMajorMatrix<Real>::Constant(a.rows, width, 99);

        multiply(a, x, y);

        CHECK(close_to_product<Real>(full, x, y));
    }
}

TEST_CASE_TEMPLATE("panels may be part of wider ones, and nothing else is written", Real, float, double) {
    const CsrMatrix a = random_sparse(150, 60, 0.2, 6);
    for (Eigen::Index width : {1, 7, 16, 21, 40}) {
        CAPTURE(width);
        const auto wide_x = random_panel<Real>(a.cols, width + 9, 1);
        RowMajorMatrix<Real> wide_y = RowMajorMatrix<Real>::Constant(a.rows, width + 5, 7);

        multiply(a, wide_x.middleCols(4, width), wide_y.middleCols(3, width));

        CHECK(close_to_product<Real>(dense(a), wide_x.middleCols(4, width), wide_y.middleCols(3, width)));
        CHECK((wide_y.leftCols(3).array() == 7).all());
        CHECK((wide_y.rightCols(2).array() == 7).all());
    }
}

TEST_CASE("an empty row gives zeros, also where there was something else") {
    const CsrMatrix a = csr_from_entries(3, 2, {{0, 1, 2}});
    DenseMatrix y = DenseMatrix::Constant(3, 20, std::numeric_limits<float>::quiet_NaN());

    multiply(a, DenseMatrix::Ones(2, 20), y);

    CHECK((y.row(0).array() == 2).all());
    CHECK((y.bottomRows(2).array() == 0).all());
}

TEST_CASE("shapes that do not fit are refused") {
    const CsrMatrix a = random_sparse(4, 3, 0.5, 1);
    DenseMatrix y(4, 2), too_many_rows(5, 2), too_many_columns(4, 3);

    CHECK_NOTHROW(multiply(a, DenseMatrix::Ones(3, 2), y));
    CHECK_THROWS_AS(multiply(a, DenseMatrix::Ones(4, 2), y), UsageError);
    CHECK_THROWS_AS(multiply(a, DenseMatrix::Ones(3, 2), too_many_rows), UsageError);
    CHECK_THROWS_AS(multiply(a, DenseMatrix::Ones(3, 2), too_many_columns), UsageError);
}

TEST_CASE_TEMPLATE("products are the same bytes for 1, 2 and 4 threads", Real, float, double) {
    const CsrMatrix a = random_sparse(2000, 300, 0.05, 8);
    const auto x = random_panel<Real>(a.cols, 33, 9);
    const auto with = [&](int threads) {
        const ThreadLimit limit(threads);
        RowMajorMatrix<Real> y(a.rows, x.cols());
        multiply(a, x, y);
        return y;
    };

    const auto one = with(1);

    CHECK(same_bytes(with(2), one));
    CHECK(same_bytes(with(4), one));
}
