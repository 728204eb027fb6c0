#include "engine/matrix/panel.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// a' b by three loops in float64.
template <class Real>
Eigen::MatrixXd plain_inner_products(const RowMajorMatrix<Real>& a, const RowMajorMatrix<Real>& b) {
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(a.cols(), b.cols());
    for (Eigen::Index r = 0; r < a.rows(); ++r) {
        for (Eigen::Index i = 0; i < a.cols(); ++i) {
            for (Eigen::Index j = 0; j < b.cols(); ++j) {
                sum(i, j) += static_cast<double>(a(r, i)) * static_cast<double>(b(r, j));
            }
        }
    }
    return sum;
}

/// Bound on the error of a sum of normal products over `rows` rows, of which at most 256 are added in Real.
template <class Real>
double sum_bound(Eigen::Index rows) {
    return 256.0 * static_cast<double>(rows) * static_cast<double>(std::numeric_limits<Real>::epsilon());
}

}  // namespace

TEST_CASE("inner products by hand") {
    DenseMatrix a(3, 2), b(3, 1);
    a << 1, 2,  //
        3, 4,   //
        5, 6;
    b << 1, 0, -1;

    CHECK(inner_products(a, b) == Eigen::Vector2d(-4, -4));
}

TEST_CASE_TEMPLATE("inner products of every width from 1 to 70 are those of plain loops", Real, float, double) {
    for (Eigen::Index width = 1; width <= 70; ++width) {
        CAPTURE(width);
        const Eigen::Index other = 71 - width;
        const auto a = random_panel<Real>(300, width + 3, 1), b = random_panel<Real>(300, other + 2, 2);

        const Eigen::MatrixXd sum = inner_products(a.middleCols(2, width), b.middleCols(1, other));

        const Eigen::MatrixXd plain = plain_inner_products<Real>(a.middleCols(2, width), b.middleCols(1, other));
        CHECK((sum - plain).cwiseAbs().maxCoeff() <= sum_bound<Real>(300));
    }
}

TEST_CASE_TEMPLATE("a panel's products with itself are symmetric", Real, float, double) {
    for (Eigen::Index width : {1, 5, 16, 32, 37, 64}) {
        CAPTURE(width);
        const auto a = random_panel<Real>(1000, width, 3);

        const Eigen::MatrixXd sum = inner_products(a, a);

        CHECK((sum - sum.transpose()).cwiseAbs().maxCoeff() <= sum_bound<Real>(1000));
        CHECK((sum - plain_inner_products<Real>(a, a)).cwiseAbs().maxCoeff() <= sum_bound<Real>(1000));
    }
}

TEST_CASE("inner products over no rows are zero") {
    CHECK(inner_products(DenseMatrix(0, 3), DenseMatrix(0, 2)) == Eigen::MatrixXd::Zero(3, 2));
}

TEST_CASE("inner products of long float panels are summed in float64") {
    const Eigen::Index rows = 200'000;
    const DenseMatrix ones = DenseMatrix::Constant(rows, 16, 0.1F);

    const double sum = inner_products(ones, ones)(3, 5);

    const double exact = static_cast<double>(rows) * static_cast<double>(0.1F) * static_cast<double>(0.1F);
    CHECK(std::abs(sum - exact) <= exact * 256 * static_cast<double>(std::numeric_limits<float>::epsilon()));
}

TEST_CASE_TEMPLATE("added products of every width from 1 to 70 are those of plain loops", Real, float, double) {
    for (Eigen::Index width = 1; width <= 70; ++width) {
        for (Real sign : {Real(1), Real(-1)}) {
            CAPTURE(width);
            const Eigen::Index inner = 1 + (width * 7) % 40, rows = 131;
            const auto a = random_panel<Real>(rows, inner + 4, 1), p = random_panel<Real>(inner, width + 3, 2);
            auto c = random_panel<Real>(rows, width + 2, 3);
            const RowMajorMatrix<Real> before = c;

            add_product(a.middleCols(1, inner), p.middleCols(2, width), sign, c.middleCols(1, width));

            const Eigen::MatrixXd plain = before.middleCols(1, width).template cast<double>() +
                                          static_cast<double>(sign) * (a.middleCols(1, inner).template cast<double>() *
                                                                       p.middleCols(2, width).template cast<double>());
            CHECK((c.middleCols(1, width).template cast<double>() - plain).cwiseAbs().maxCoeff() <=
                  sum_bound<Real>(inner));
            CHECK(c.col(0) == before.col(0));
            CHECK(c.col(width + 1) == before.col(width + 1));
        }
    }
}

TEST_CASE("panels that do not fit are refused") {
    DenseMatrix c = DenseMatrix::Zero(4, 2);

    CHECK_THROWS_AS(inner_products(DenseMatrix(3, 2), DenseMatrix(4, 2)), UsageError);
    CHECK_THROWS_AS(add_product(DenseMatrix(4, 3), DenseMatrix(2, 2), 1, c), UsageError);
    CHECK_THROWS_AS(add_product(DenseMatrix(5, 3), DenseMatrix(3, 2), 1, c), UsageError);
    CHECK_THROWS_AS(add_product(DenseMatrix(4, 3), DenseMatrix(3, 1), 1, c), UsageError);
}

TEST_CASE_TEMPLATE("panel products are the same bytes for 1, 2 and 4 threads", Real, float, double) {
    const auto a = random_panel<Real>(9001, 48, 1), b = random_panel<Real>(9001, 35, 2);
    const auto with = [&](int threads) {
        const ThreadLimit limit(threads);
        const Eigen::MatrixXd sum = inner_products(a, b);
        RowMajorMatrix<Real> c = b;
        add_product(a, RowMajorMatrix<Real>(sum.cast<Real>()), Real(-1), c);
        return std::pair{sum, c};
    };

    const auto one = with(1);

    for (int threads : {2, 4}) {
        const auto many = with(threads);
        CHECK(same_bytes(many.first, one.first));
        CHECK(same_bytes(many.second, one.second));
    }
}

TEST_CASE_TEMPLATE("panels side by side give what one wide panel gives", Real, float, double) {
    std::vector<RowMajorMatrix<Real>> panels;
    for (std::uint64_t i = 0; i < 4; ++i) panels.push_back(random_panel<Real>(1500, 16, i));
    RowMajorMatrix<Real> wide(1500, 64);
    for (Eigen::Index i = 0; i < 4; ++i) wide.middleCols(16 * i, 16) = panels[static_cast<std::size_t>(i)];
    const auto b = random_panel<Real>(1500, 32, 9), p = random_panel<Real>(64, 32, 10);
    const std::span<const RowMajorMatrix<Real>> side_by_side(panels);
    RowMajorMatrix<Real> c = b;

    add_product(side_by_side, p, Real(-1), c);

    const Eigen::MatrixXd plain = b.template cast<double>() - wide.template cast<double>() * p.template cast<double>();
    CHECK((c.template cast<double>() - plain).cwiseAbs().maxCoeff() <= sum_bound<Real>(64));
    CHECK((inner_products(side_by_side, b) - plain_inner_products<Real>(wide, b)).cwiseAbs().maxCoeff() <=
          sum_bound<Real>(1500));
    CHECK_THROWS_AS(add_product(side_by_side.first(3), p, Real(1), c), UsageError);
}
