#include "engine/matrix/unit_rows.h"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;

TEST_CASE("rows keep their direction and have length 1, zeros stay, dense and sparse alike") {
    const CsrMatrix x = testing::random_sparse(60, 12, 0.2, 3);
    const Eigen::MatrixXd full = testing::dense(x);

    const Eigen::MatrixXd from_sparse = testing::dense(unit_rows(x));
    const DenseMatrix from_dense = unit_rows(DenseMatrix(full.cast<float>()));

    for (Eigen::Index i = 0; i < full.rows(); ++i) {
        const double norm = full.row(i).norm();
        const Eigen::RowVectorXd expected = norm > 0 ? Eigen::RowVectorXd(full.row(i) / norm) : full.row(i).eval();
        CHECK((from_sparse.row(i) - expected).cwiseAbs().maxCoeff() <= 1e-7);
        CHECK((from_dense.row(i).cast<double>() - expected).cwiseAbs().maxCoeff() <= 1e-7);
    }
    CHECK(full.rowwise().norm().minCoeff() == 0);  // there is a row of zeros
}

TEST_CASE("tiny rows have a direction, and those no longer than the least have none") {
    DenseMatrix x(2, 2);
    x << 3e-30F, 4e-30F, 3, 4;

    CHECK(unit_rows(x)(0, 0) == doctest::Approx(0.6));
    scale_to_unit(x, 5);
    CHECK(x.isZero(0));
}
