#include "engine/matrix/column_offset.h"

#include <doctest/doctest.h>

using namespace eckart;

TEST_CASE("offsets are added and subtracted before rounding") {
    DenseMatrix r(2, 2);
    r << 1, 0.25F, 3, -0.25F;
    const Eigen::VectorXd o = Eigen::Vector2d(1e9, 5), p = Eigen::Vector2d(1e9 - 8, 0);

    const DenseMatrix x = with_offset(r, o, p);

    DenseMatrix expected(2, 2);
    expected << 9, 5.25F, 11, 4.75F;
    CHECK(x == expected);
    CHECK(with_offset(r, {}) == r);
    CHECK(with_offset(r, {}, p)(0, 0) == static_cast<float>(1 - (1e9 - 8)));
}

TEST_CASE("what rounding loses is told in standard deviations of the worst column that varies") {
    DenseMatrix r(2, 3);
    r << -2, 0, 7, 2, 0, 7;  // standard deviations 2, 0 and 0

    CHECK(rounding_loss(r, {}) == 0);
    CHECK(rounding_loss(r, Eigen::Vector3d(0, 1e9, 1e9)) == 0);
    CHECK(rounding_loss(r, Eigen::Vector3d(0x1p24, 0, 1e9)) == doctest::Approx(0.5));
    CHECK(rounding_loss(r, Eigen::Vector3d(-0x1p24, 0, 0)) == doctest::Approx(0.5));
}
