#include "engine/matrix/even_rows.h"

#include <doctest/doctest.h>

#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;

TEST_CASE("rows at even distances begin with the first, dense and sparse alike") {
    const CsrMatrix x = testing::random_sparse(10, 6, 0.4, 5);
    const DenseMatrix full = testing::dense(x).cast<float>();

    const DenseMatrix dense = even_rows(ConstMatrixMap(full.data(), full.rows(), full.cols()), 4);
    const CsrMatrix sparse = even_rows(x.view(), 4);

    REQUIRE(dense.rows() == 4);
    const std::vector<Eigen::Index> expected = {0, 2, 5, 7};
    for (Eigen::Index i = 0; i < 4; ++i) {
        CHECK(even_row(i, 4, 10) == expected[static_cast<std::size_t>(i)]);
        CHECK(dense.row(i) == full.row(expected[static_cast<std::size_t>(i)]));
    }
    CHECK(testing::dense(sparse).cast<float>() == dense);
    CHECK(sparse.cols == 6);
}

TEST_CASE("as many rows as there are, or more, are all of them") {
    const CsrMatrix x = testing::random_sparse(5, 3, 0.5, 7);

    CHECK(testing::dense(even_rows(x.view(), 5)) == testing::dense(x));
    CHECK(testing::dense(even_rows(x.view(), 50)) == testing::dense(x));
}
