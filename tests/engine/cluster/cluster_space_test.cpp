#include "engine/cluster/cluster_space.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/error.h"
#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;

namespace {

DenseMatrix three_rows() {
    DenseMatrix x(3, 3);
    x << 3, 4, 9, 0, 0, 9, 0, 2, 9;
    return x;
}

}  // namespace

TEST_CASE("rows are cut, scaled, centered about the mean of those with a direction, and scaled again") {
    const ClusterSpace space = cluster_space(three_rows(), 2, /*unit=*/true, /*centered=*/true);
    const DenseMatrix rows = rows_in(space, three_rows());

    // (0.6, 0.8) and (0, 1) have the mean (0.3, 0.9), and are (0.3, -0.1) and (-0.3, 0.1) from it
    CHECK(space.mean.isApprox(Eigen::Vector2f(0.3F, 0.9F), 1e-6F));
    const float length = std::sqrt(0.1F);
    CHECK(rows.row(0).isApprox(Eigen::RowVector2f(0.3F, -0.1F) / length, 1e-5F));
    CHECK(rows.row(1).isZero(0));
    CHECK(rows.row(2).isApprox(Eigen::RowVector2f(-0.3F, 0.1F) / length, 1e-5F));
    CHECK(zero_rows(rows) == std::vector<std::uint8_t>{0, 1, 0});
}

TEST_CASE("rows that nothing is done to are in the space as they are") {
    const DenseMatrix x = three_rows();
    const ClusterSpace plain = cluster_space(x, 3, false, false);

    CHECK(are_in(plain, 3));
    CHECK(rows_in(plain, x) == x);
    CHECK_FALSE(are_in(cluster_space(x, 2, false, false), 3));
    CHECK_FALSE(are_in(cluster_space(x, 3, true, false), 3));
    CHECK_FALSE(are_in(cluster_space(x, 3, false, true), 3));
    CHECK_FALSE(are_in(plain, 3, Eigen::Vector3d(1e9, 0, 0)));
    CHECK_THROWS_AS(cluster_space(x, 4, false, false), UsageError);
    CHECK_THROWS_AS(rows_in(plain, x.leftCols(2)), UsageError);
}

TEST_CASE("rows with other offsets come to the same place, and directions count from the true zero") {
    const DenseMatrix x = three_rows();
    const Eigen::VectorXd offset = Eigen::Vector3d(1e9, -1e9, 0);
    const ClusterSpace space = cluster_space(x, 3, false, false, offset);

    CHECK(space.offset == offset);
    CHECK(are_in(space, 3, offset));
    CHECK(rows_in(space, x, offset) == x);
    const Eigen::VectorXd other = Eigen::Vector3d(1e9 - 2, -1e9, 0);
    DenseMatrix shifted = x;
    shifted.col(0).array() += 2;
    CHECK(rows_in(space, shifted, other) == x);

    const ClusterSpace directions = cluster_space(x, 3, true, false, offset);
    CHECK(directions.offset.size() == 0);
    CHECK(rows_in(directions, x, offset).row(0).isApprox(Eigen::RowVector3f(1, -1, 0).normalized(), 1e-6F));
}

TEST_CASE("rows of zeros are marked, stored zeros too") {
    CsrMatrix x = testing::random_sparse(4, 3, 0, 1);
    CHECK(zero_rows(x.view()) == std::vector<std::uint8_t>{1, 1, 1, 1});
    x = csr_from_entries(3, 2, {{0, 1, 0.0F}, {1, 0, 2.0F}});
    CHECK(zero_rows(x.view()) == std::vector<std::uint8_t>{1, 0, 1});
}
