#include "engine/matrix/subspace.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <numbers>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

TEST_CASE("the angles of planes in space, by hand") {
    const double tilt = 0.3;
    DenseMatrixF64 floor(3, 2), ramp(3, 2), line(3, 1);
    floor << 1, 0, 0, 1, 0, 0;
    ramp << 1, 0, 0, 2 * std::cos(tilt), 0, 2 * std::sin(tilt);  // lengths do not matter
    line << 0, 0, 5;

    CHECK(principal_angles(floor, ramp).isApprox(Eigen::Vector2d(0, tilt), 1e-8));
    REQUIRE(principal_angles(floor, line).size() == 1);
    CHECK(principal_angles(floor, line)(0) == doctest::Approx(std::numbers::pi / 2));
    CHECK(principal_angles(line, ramp)(0) == doctest::Approx(std::numbers::pi / 2 - tilt));
}

TEST_CASE("angles that were put in come out, small ones and large ones") {
    const Eigen::Vector4d wanted(0, 1e-6, 0.01, 1.5);
    const Eigen::MatrixXd basis = random_orthonormal(60, 8, 1);
    DenseMatrixF64 turned = basis.leftCols(4) * wanted.array().cos().matrix().asDiagonal();
    turned += basis.rightCols(4) * wanted.array().sin().matrix().asDiagonal();
    const DenseMatrixF64 mixed = turned * Eigen::MatrixXd(random_panel<double>(4, 4, 2));
    const DenseMatrixF64 first = basis.leftCols(4);

    const Eigen::VectorXd angles = principal_angles(first, mixed);

    REQUIRE(angles.size() == 4);
    CHECK((angles - wanted).cwiseAbs().maxCoeff() <= 2e-8);
    CHECK((principal_angles(mixed, first) - wanted).cwiseAbs().maxCoeff() <= 2e-8);
}

TEST_CASE("a subspace has no angle to one that holds it") {
    const DenseMatrix a = random_panel<float>(200, 20, 3), b = a * random_panel<float>(20, 5, 4);

    const Eigen::VectorXd angles = principal_angles(a, b);

    REQUIRE(angles.size() == 5);
    CHECK(angles.maxCoeff() <= 1e-6);  // b is rounded to float32
}

TEST_CASE("an orthonormal basis spans what was given, with as many columns as it has dimensions") {
    DenseMatrixF64 a = random_panel<double>(150, 9, 5);
    a.col(3) = a.col(1) - 2 * a.col(2);
    a.col(5).setZero();
    a.col(7) *= 1e12;
    a.col(8) *= 1e-12;

    const DenseMatrixF64 q = orthonormal_basis(a);

    REQUIRE(q.cols() == 7);
    CHECK((q.transpose() * q - Eigen::MatrixXd::Identity(7, 7)).cwiseAbs().maxCoeff() <= 1e-14);
    for (Eigen::Index j = 0; j < 9; ++j) {
        const Eigen::VectorXd rest = a.col(j) - q * (q.transpose() * a.col(j));
        CHECK(rest.norm() <= 1e-13 * a.col(j).norm());
    }
}

TEST_CASE("columns that are orthonormal already stay as they are") {
    const DenseMatrixF64 q = random_orthonormal(40, 6, 6);

    CHECK((orthonormal_basis(q) - q).cwiseAbs().maxCoeff() <= 1e-14);
}

TEST_CASE("nothing spans nothing") {
    const DenseMatrixF64 zeros = DenseMatrixF64::Zero(5, 3), none(5, 0);

    CHECK(orthonormal_basis(zeros).cols() == 0);
    CHECK(orthonormal_basis(none).cols() == 0);
    CHECK(principal_angles(zeros, DenseMatrixF64(random_panel<double>(5, 2, 7))).size() == 0);
}

TEST_CASE("spaces of different dimensions and values that are not finite are refused") {
    DenseMatrix a = random_panel<float>(6, 2, 8), b = random_panel<float>(7, 2, 9);

    CHECK_THROWS_AS(principal_angles(a, b), UsageError);
    a(1, 1) = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(principal_angles(a, a), UsageError);
}
