#include "engine/metrics/reconstruction.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Written out, as a dense matrix.
double oracle(const Eigen::MatrixXd& x, const DenseMatrix& z, const DenseMatrix& w, const Eigen::VectorXd& mean) {
    return ((x - z.cast<double>() * w.cast<double>()).rowwise() - mean.transpose()).squaredNorm();
}

}  // namespace

TEST_CASE("the error of a product is that of the difference, by hand") {
    DenseMatrix x(2, 2), z(2, 1), w(1, 2);
    x << 1, 2, 3, 4;
    z << 1, 2;
    w << 1, 1;  // leaves 0 1 / 1 2

    CHECK(reconstruction_error(x, z, w) == doctest::Approx(6));
    CHECK(reconstruction_error(sparse(x.cast<double>()), z, w) == doctest::Approx(6));
    CHECK(reconstruction_error(x, z, w, Eigen::Vector2d(0, 1)) == doctest::Approx(2));
}

TEST_CASE("dense and sparse data give the error written out, with and without a mean") {
    const CsrMatrix x = random_sparse(150, 4500, 0.02, 1);  // more columns than a tile
    const DenseMatrix full = dense(x).cast<float>(), z = random_panel<float>(150, 7, 2),
                      w = random_panel<float>(7, 4500, 3);
    const Eigen::VectorXd mean = random_panel<double>(4500, 1, 4), none = Eigen::VectorXd::Zero(4500);

    // 1e-12: roundoff of 675,000 terms of one sign
    CHECK(std::abs(reconstruction_error(full, z, w) / oracle(dense(x), z, w, none) - 1) <= 1e-12);
    CHECK(std::abs(reconstruction_error(x, z, w) / oracle(dense(x), z, w, none) - 1) <= 1e-12);
    CHECK(std::abs(reconstruction_error(full, z, w, mean) / oracle(dense(x), z, w, mean) - 1) <= 1e-12);
    CHECK(std::abs(reconstruction_error(x, z, w, mean) / oracle(dense(x), z, w, mean) - 1) <= 1e-12);
}

TEST_CASE("a gap of a millionth of a millionth keeps its digits") {
    const DenseMatrix z = random_panel<float>(120, 3, 5), w = random_panel<float>(3, 300, 6);
    const DenseMatrix x = (z.cast<double>() * w.cast<double>()).cast<float>();  // off by the roundoff of float32
    const double wanted = oracle(x.cast<double>(), z, w, Eigen::VectorXd::Zero(300));
    REQUIRE(wanted <= 1e-12 * x.squaredNorm());
    REQUIRE(wanted > 0);

    CHECK(std::abs(reconstruction_error(x, z, w) / wanted - 1) <= 1e-6);
    CHECK(std::abs(reconstruction_error(sparse(x.cast<double>()), z, w) / wanted - 1) <= 1e-6);
}

TEST_CASE("labels stand for the one-hot matrix") {
    const CsrMatrix x = random_sparse(90, 2500, 0.05, 7);
    const DenseMatrix full = dense(x).cast<float>(), w = random_panel<float>(4, 2500, 8);
    std::vector<std::int32_t> labels(90);
    DenseMatrix one_hot = DenseMatrix::Zero(90, 4);
    for (Eigen::Index i = 0; i < 90; ++i) {
        labels[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(i % 4);
        one_hot(i, i % 4) = 1;
    }
    const double wanted = oracle(dense(x), one_hot, w, Eigen::VectorXd::Zero(2500));

    CHECK(std::abs(reconstruction_error(full, labels, w) / wanted - 1) <= 1e-12);
    CHECK(std::abs(reconstruction_error(x, labels, w) / wanted - 1) <= 1e-12);
    CHECK(std::abs(reconstruction_error(x, one_hot, w) / wanted - 1) <= 1e-12);
}

TEST_CASE("rows that are their centroids have no error") {
    const CsrMatrix x = random_sparse(6, 40, 0.5, 9);
    const DenseMatrix full = dense(x).cast<float>();
    const std::vector<std::int32_t> labels = {0, 1, 2, 3, 4, 5};

    CHECK(reconstruction_error(full, labels, full) == 0);
    CHECK(reconstruction_error(x, labels, full) == 0);
}

TEST_CASE("an error is the same bytes for 1, 2 and 4 threads") {
    const CsrMatrix x = random_sparse(900, 700, 0.05, 10);
    const DenseMatrix full = dense(x).cast<float>(), z = random_panel<float>(900, 5, 11),
                      w = random_panel<float>(5, 700, 12);
    const auto with = [&](int threads) {
        const ThreadLimit limit(threads);
        return std::vector<double>{reconstruction_error(full, z, w), reconstruction_error(x, z, w)};
    };
    const std::vector<double> one = with(1);

    CHECK(with(2) == one);
    CHECK(with(4) == one);
}

TEST_CASE("factors that do not fit, wrong labels and values that are not finite are refused") {
    const CsrMatrix x = random_sparse(10, 12, 0.5, 13);
    const DenseMatrix full = dense(x).cast<float>(), z = random_panel<float>(10, 3, 14),
                      w = random_panel<float>(3, 12, 15);
    const std::vector<std::int32_t> short_labels(9, 0), wrong(10, 3), negative(10, -1), right(10, 0);
    DenseMatrix bad = w;
    bad(1, 2) = std::numeric_limits<float>::quiet_NaN();

    CHECK_THROWS_AS(reconstruction_error(full, z.topRows(9), w), UsageError);
    CHECK_THROWS_AS(reconstruction_error(x, z, w.leftCols(11)), UsageError);
    CHECK_THROWS_AS(reconstruction_error(x, z, w, Eigen::VectorXd::Zero(11)), UsageError);
    CHECK_THROWS_AS(reconstruction_error(full, short_labels, w), UsageError);
    CHECK_THROWS_AS(reconstruction_error(full, wrong, w), UsageError);
    CHECK_THROWS_AS(reconstruction_error(x, negative, w), UsageError);
    CHECK_THROWS_AS(reconstruction_error(full, z, bad), UsageError);
    CHECK_THROWS_AS(reconstruction_error(x, z, bad), UsageError);
    bad = w;
    bad(0, 1) = std::numeric_limits<float>::infinity();
    CHECK_THROWS_AS(reconstruction_error(full, right, bad), UsageError);
}

TEST_CASE("an empty matrix has no error") {
    const DenseMatrix none(0, 5), z(0, 2), w = random_panel<float>(2, 5, 16);

    CHECK(reconstruction_error(none, z, w) == 0);
    CHECK(reconstruction_error(csr_from_entries(0, 5, {}), z, w) == 0);
}
