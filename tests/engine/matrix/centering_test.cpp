#include "engine/matrix/centering.h"

#include <doctest/doctest.h>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Columns of spread 1 around means of up to 10,000.
DenseMatrix with_large_means(Eigen::Index rows, Eigen::Index cols, std::uint64_t seed) {
    DenseMatrix x = random_panel<float>(rows, cols, seed);
    for (Eigen::Index j = 0; j < cols; ++j)
        x.col(j).array() += 10000.0F * static_cast<float>(j) / static_cast<float>(cols);
    return x;
}

}  // namespace

TEST_CASE("means and centered norms of dense and sparse data are those written out") {
    const CsrMatrix x = random_sparse(300, 40, 0.2, 1);
    const DenseMatrix full = dense(x).cast<float>();
    const Eigen::VectorXd wanted = dense(x).colwise().mean().transpose();

    CHECK((column_means(full) - wanted).cwiseAbs().maxCoeff() <= 1e-15);
    CHECK((column_means(x) - wanted).cwiseAbs().maxCoeff() <= 1e-15);
    CHECK(centered_squared_norm(full, wanted) == doctest::Approx(centered(dense(x)).squaredNorm()));
    CHECK(centered_squared_norm(x, wanted) == doctest::Approx(centered(dense(x)).squaredNorm()));
}

TEST_CASE("a centered Gram matrix keeps float64's digits under large means, in one tile and in several") {
    for (const Eigen::Index cols : {5, 300, 520}) {
        const DenseMatrix x = with_large_means(700, cols, 2);
        const Eigen::MatrixXd wanted = centered(x.cast<double>()).transpose() * centered(x.cast<double>());

        const Eigen::MatrixXd gram = centered_gram(x, column_means(x));

        // 700 terms of about 1, each off by the roundoff of a difference of numbers below 10,000: 2e-12
        CHECK((gram - wanted).cwiseAbs().maxCoeff() <= 1e-8);
        CHECK(gram == gram.transpose());
    }
}

TEST_CASE("the centered operator multiplies as the centered matrix, and is adjoint to itself") {
    for (const auto& [rows, cols] : {std::pair{700, 30}, {90, 500}}) {
        const DenseMatrix x = with_large_means(rows, cols, 3);
        const Eigen::VectorXd means = column_means(x);
        const CenteredDenseOperator op(x, means);
        const Eigen::MatrixXd a = x.cast<double>().rowwise() - means.transpose();
        const DenseMatrix u = random_panel<float>(cols, 7, 4), v = random_panel<float>(rows, 7, 5);
        DenseMatrix y(rows, 7), z(cols, 7);
        DenseMatrixF64 wide_y(rows, 7), wide_z(cols, 7);

        op.apply(u, y);
        op.apply_adjoint(v, z);
        op.apply(DenseMatrixF64(u.cast<double>()), wide_y);
        op.apply_adjoint(DenseMatrixF64(v.cast<double>()), wide_z);

        const double terms = std::max(rows, cols);
        CHECK((y.cast<double>() - a * u.cast<double>()).cwiseAbs().maxCoeff() <= 1e-6 * terms);
        CHECK((z.cast<double>() - a.transpose() * v.cast<double>()).cwiseAbs().maxCoeff() <= 1e-6 * terms);
        CHECK((wide_y - a * u.cast<double>()).cwiseAbs().maxCoeff() <= 1e-13 * terms);
        CHECK((wide_z - a.transpose() * v.cast<double>()).cwiseAbs().maxCoeff() <= 1e-13 * terms);
        CHECK((wide_y.cwiseProduct(v.cast<double>())).sum() ==
              doctest::Approx((wide_z.cwiseProduct(u.cast<double>())).sum()));
        CHECK(op.squared_norm() == doctest::Approx(a.squaredNorm()));
    }
}

TEST_CASE("an operator without means is the matrix") {
    const DenseMatrix x = with_large_means(20, 10, 6), u = random_panel<float>(10, 3, 7);
    DenseMatrix y(20, 3);

    CenteredDenseOperator(x).apply(u, y);

    CHECK((y - x * u).cwiseAbs().maxCoeff() <= 1e-5 * 10000);
    CHECK(CenteredDenseOperator(x).squared_norm() == doctest::Approx(x.cast<double>().squaredNorm()));
}

TEST_CASE("sums are the same bytes for 1, 2 and 4 threads") {
    const DenseMatrix x = with_large_means(9000, 20, 8), v = random_panel<float>(9000, 3, 9);
    const auto with = [&](int threads) {
        const ThreadLimit limit(threads);
        const Eigen::VectorXd means = column_means(x);
        DenseMatrix z(20, 3);
        CenteredDenseOperator(x, means).apply_adjoint(v, z);
        Eigen::MatrixXd all(20, 24);
        all << centered_gram(x, means), means, z.cast<double>();
        return all;
    };
    const Eigen::MatrixXd one = with(1);

    CHECK(same_bytes(with(2), one));
    CHECK(same_bytes(with(4), one));
}

TEST_CASE("no rows have means of zero, and means that do not fit are refused") {
    const DenseMatrix none(0, 4), x = random_panel<float>(5, 4, 10);

    CHECK(column_means(none) == Eigen::VectorXd::Zero(4));
    CHECK(centered_gram(none, Eigen::VectorXd::Zero(4)) == Eigen::MatrixXd::Zero(4, 4));
    CHECK_THROWS_AS(centered_gram(x, Eigen::VectorXd::Zero(3)), UsageError);
    CHECK_THROWS_AS(CenteredDenseOperator(x, Eigen::VectorXd::Zero(5)), UsageError);
    CHECK_THROWS_AS(centered_squared_norm(x, Eigen::VectorXd::Zero(5)), UsageError);
}
