#include "engine/matrix/symmetric_inverse.h"

#include <limits>

#include <doctest/doctest.h>

#include "../matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Symmetric, with eigenvalues from 1 down to 1 / condition, spaced by their logarithms.
Eigen::MatrixXd with_condition(Eigen::Index n, double condition, std::uint64_t seed) {
    const Eigen::MatrixXd q = random_orthonormal(n, n, seed);
    Eigen::VectorXd values(n);
    for (Eigen::Index i = 0; i < n; ++i) {
        values[i] =
            std::pow(condition, -static_cast<double>(i) / static_cast<double>(std::max<Eigen::Index>(n - 1, 1)));
    }
    return q * values.asDiagonal() * q.transpose();
}

/// Only the lower triangle may be read.
template <class Real>
RowMajorMatrix<Real> lower_only(const Eigen::MatrixXd& a) {
    RowMajorMatrix<Real> result = a.cast<Real>();
    result.template triangularView<Eigen::StrictlyUpper>().setConstant(std::numeric_limits<Real>::quiet_NaN());
    return result;
}

template <class Real>
void check_inverse(Eigen::Index n, double condition) {
    CAPTURE(n);
    CAPTURE(condition);
    const Eigen::MatrixXd a = with_condition(n, condition, 17);
    RowMajorMatrix<Real> inverse = lower_only<Real>(a);

    REQUIRE(invert_positive_definite(inverse));

    const Eigen::MatrixXd wide = inverse.template cast<double>();
    // The backward error of elimination, c n roundoff with c = 4, times ||A|| ||A^-1|| = the condition.
    const double epsilon = std::numeric_limits<Real>::epsilon();
    const double bound = 4 * static_cast<double>(n) * epsilon * condition;
    CHECK((a * wide - Eigen::MatrixXd::Identity(n, n)).norm() <= bound);
    CHECK(wide == wide.transpose());
}

}  // namespace

TEST_CASE("an inverse by hand") {
    DenseMatrixF64 a(2, 2);
    a << 4, 99, 2, 3;  // the 99 is not read

    REQUIRE(invert_positive_definite(a));

    DenseMatrixF64 expected(2, 2);
    expected << 3. / 8, -2. / 8, -2. / 8, 4. / 8;
    CHECK((a - expected).cwiseAbs().maxCoeff() <= 1e-15);
}

TEST_CASE("the inverse times the matrix is the identity, as far as roundoff times the condition allows") {
    for (const Eigen::Index n : {1, 2, 37, 255, 256, 257, 530, 700}) {
        check_inverse<double>(n, 1e2);
        check_inverse<double>(n, 1e8);
        check_inverse<float>(n, 1e2);
        check_inverse<float>(n, 1e4);
    }
}

TEST_CASE("blocks give what elimination of one row after the other gives") {
    const Eigen::Index n = 300;
    const Eigen::MatrixXd a = with_condition(n, 1e3, 23);
    Eigen::MatrixXd swept = a;
    for (Eigen::Index k = 0; k < n; ++k) {
        const double pivot = swept(k, k);
        const Eigen::VectorXd column = swept.col(k);
        swept -= column * column.transpose() / pivot;
        swept.col(k) = column / pivot;
        swept.row(k) = column.transpose() / pivot;
        swept(k, k) = -1 / pivot;
    }
    DenseMatrixF64 inverse = lower_only<double>(a);

    REQUIRE(invert_positive_definite(inverse));

    CHECK((inverse + swept).norm() <= 4 * 300 * 2.3e-16 * 1e3 * inverse.norm());
}

TEST_CASE("an inverse has the same bytes on 1, 2 and 4 threads, wherever its rows lie") {
    const DenseMatrix start = lower_only<float>(with_condition(600, 1e2, 29));
    DenseMatrix one = start;
    {
        const ThreadLimit single(1);
        REQUIRE(invert_positive_definite(one));
    }
    for (const int threads : {2, 4}) {
        const ThreadLimit limit(threads);
        DenseMatrix wide = DenseMatrix::Zero(600, 640);
        wide.leftCols(600) = start;

        REQUIRE(invert_positive_definite(wide.leftCols(600)));

        CHECK(same_bytes<DenseMatrix>(wide.leftCols(600), one));
    }
}

TEST_CASE("a matrix that is not positive definite is told") {
    DenseMatrixF64 indefinite = DenseMatrixF64::Identity(400, 400);
    indefinite(300, 300) = -1;
    CHECK_FALSE(invert_positive_definite(indefinite));
    DenseMatrix singular = DenseMatrix::Ones(5, 5);
    CHECK_FALSE(invert_positive_definite(singular));
}

TEST_CASE("the inverse of nothing is nothing, and only square matrices have one") {
    DenseMatrix nothing(0, 0), wide(2, 3);
    CHECK(invert_positive_definite(nothing));
    CHECK_THROWS_AS(static_cast<void>(invert_positive_definite(wide)), UsageError);
}
