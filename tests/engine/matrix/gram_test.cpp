#include "engine/matrix/gram.h"

#include <doctest/doctest.h>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

Eigen::MatrixXd lower(const Eigen::MatrixXd& a) {
    return a.triangularView<Eigen::Lower>().toDenseMatrix();
}

}  // namespace

TEST_CASE("a Gram matrix by hand") {
    Eigen::MatrixXd x(2, 3);
    x << 1, 2, 0, 3, 0, -1;
    DenseMatrix gram = DenseMatrix::Constant(3, 3, 7);

    gram_lower(sparse(x), gram);

    DenseMatrix expected(3, 3);
    expected << 10, 7, 7, 2, 4, 7, -3, 0, 1;  // above the diagonal as it was
    CHECK(gram == expected);
}

TEST_CASE("the Gram matrix is the dense product, to the rounding of the result") {
    for (const double density : {0.0, 0.02, 0.3, 1.0}) {
        const CsrMatrix x = random_sparse(83, 61, density, 5);
        const Eigen::MatrixXd wide = dense(x), expected = lower(wide.transpose() * wide);
        DenseMatrix narrow = DenseMatrix::Zero(61, 61);
        DenseMatrixF64 whole = DenseMatrixF64::Zero(61, 61);

        gram_lower(x, narrow);
        gram_lower(x, whole);

        const double largest = expected.cwiseAbs().maxCoeff();
        CHECK((whole - expected).cwiseAbs().maxCoeff() <= 83 * 2.3e-16 * largest);
        CHECK((narrow.cast<double>() - expected).cwiseAbs().maxCoeff() <= 6e-8 * largest);
    }
}

TEST_CASE("likes are counted exactly, as products of ones") {
    CsrMatrix x = random_sparse(200, 40, 0.2, 9);
    std::fill(x.values.begin(), x.values.end(), 1.0F);
    DenseMatrix gram = DenseMatrix::Zero(40, 40);

    gram_lower(x, gram);

    const Eigen::MatrixXd wide = dense(x);
    CHECK(gram.cast<double>() == lower(wide.transpose() * wide));
}

TEST_CASE("the Gram matrix has the same bytes on 1, 2 and 4 threads, and rows may be far apart") {
    const CsrMatrix x = random_sparse(150, 70, 0.1, 3);
    DenseMatrix one = DenseMatrix::Zero(70, 70);
    {
        const ThreadLimit single(1);
        gram_lower(x, one);
    }
    for (const int threads : {2, 4}) {
        const ThreadLimit limit(threads);
        DenseMatrix wide = DenseMatrix::Zero(70, 90);

        gram_lower(x, wide.leftCols(70));

        CHECK(same_bytes<DenseMatrix>(wide.leftCols(70), one));
    }
}

TEST_CASE("a Gram matrix that does not fit is refused") {
    DenseMatrix small(3, 4);
    CHECK_THROWS_AS(gram_lower(random_sparse(5, 4, 0.5, 1), small), UsageError);
}
