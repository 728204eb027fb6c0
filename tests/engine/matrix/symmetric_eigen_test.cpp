#include "engine/matrix/symmetric_eigen.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"
#include "tests/dense_oracle.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

Eigen::MatrixXd random_symmetric(Eigen::Index n, std::uint64_t seed) {
    const Eigen::MatrixXd a = random_panel<double>(n, n, seed);
    return a + a.transpose();
}

}  // namespace

TEST_CASE("eigenpairs by hand") {
    Eigen::Matrix2d a;
    a << 2, 1,  //
        1, 2;

    const SymmetricEigen eigen = symmetric_eigen(a);

    CHECK(eigen.values.isApprox(Eigen::Vector2d(3, 1), 1e-15));
    CHECK(std::abs(eigen.vectors.col(0).sum()) == doctest::Approx(std::sqrt(2.0)));
    CHECK(std::abs(eigen.vectors.col(1).sum()) <= 1e-15);
}

TEST_CASE("eigenpairs satisfy their equation and agree with Eigen's solver") {
    for (Eigen::Index n : {1, 2, 5, 33, 120}) {
        CAPTURE(n);
        const Eigen::MatrixXd a = random_symmetric(n, static_cast<std::uint64_t>(n));

        const SymmetricEigen eigen = symmetric_eigen(a);

        const double bound = 1e-14 * static_cast<double>(n) * a.norm();
        const Eigen::VectorXd oracle = oracle_eigen(a).values.reverse();
        CHECK((eigen.values - oracle).cwiseAbs().maxCoeff() <= bound);
        CHECK((a * eigen.vectors - eigen.vectors * eigen.values.asDiagonal()).norm() <= bound);
        CHECK((eigen.vectors.transpose() * eigen.vectors - Eigen::MatrixXd::Identity(n, n)).norm() <= bound);
    }
}

TEST_CASE("only the lower triangle is read") {
    Eigen::MatrixXd a = random_symmetric(6, 1);
    const Eigen::VectorXd values = symmetric_eigen(a).values;
    a.triangularView<Eigen::StrictlyUpper>().setConstant(5);

    CHECK(symmetric_eigen(a).values == values);
}

TEST_CASE("a matrix of order zero has no eigenpairs") {
    CHECK(symmetric_eigen(Eigen::MatrixXd(0, 0)).values.size() == 0);
}

TEST_CASE("what is not square or not finite is refused") {
    Eigen::MatrixXd a = Eigen::MatrixXd::Identity(3, 3);
    a(1, 1) = std::numeric_limits<double>::quiet_NaN();

    CHECK_THROWS_AS(symmetric_eigen(a), UsageError);
    CHECK_THROWS_AS(symmetric_eigen(Eigen::MatrixXd::Zero(2, 3)), UsageError);
}

TEST_CASE("leading eigenpairs are the first of all") {
    for (Eigen::Index n : {1, 2, 40, 200}) {
        for (Eigen::Index count : {Eigen::Index{1}, n / 3 + 1, n, n + 5}) {
            CAPTURE(n);
            CAPTURE(count);
            const Eigen::MatrixXd a = random_symmetric(n, static_cast<std::uint64_t>(n));
            const Eigen::Index k = std::min(n, count);

            const SymmetricEigen some = leading_eigenpairs(a, count);

            const double bound = 1e-13 * static_cast<double>(n) * a.norm();
            REQUIRE(some.values.size() == k);
            CHECK((some.values - symmetric_eigen(a).values.head(k)).cwiseAbs().maxCoeff() <= bound);
            CHECK((a * some.vectors - some.vectors * some.values.asDiagonal()).norm() <= bound);
            CHECK((some.vectors.transpose() * some.vectors - Eigen::MatrixXd::Identity(k, k)).norm() <= bound);
        }
    }
}

TEST_CASE("leading eigenpairs of repeated values are orthonormal") {
    const Eigen::Index n = 150;
    Eigen::VectorXd values = Eigen::VectorXd::Ones(n);
    values.head(40).setConstant(3);
    for (const Eigen::VectorXd& spectrum : {values, Eigen::VectorXd(Eigen::VectorXd::Zero(n))}) {
        const Eigen::MatrixXd q = random_orthonormal(n, n, 4), a = q * spectrum.asDiagonal() * q.transpose();

        const SymmetricEigen some = leading_eigenpairs(a, 60);

        CHECK((some.values - spectrum.head(60)).cwiseAbs().maxCoeff() <= 1e-12);
        CHECK((some.vectors.transpose() * some.vectors - Eigen::MatrixXd::Identity(60, 60)).norm() <= 1e-11);
    }
}
