#include "engine/neighbors/column_neighbors.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "../matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// s_ij of the header, written out.
double similarity(const Eigen::MatrixXd& x, Eigen::Index i, Eigen::Index j, const ColumnSimilarity& how) {
    double sum = 0;
    for (Eigen::Index u = 0; u < x.rows(); ++u) {
        if (x(u, i) * x(u, j) != 0) sum += std::pow(x.row(u).squaredNorm(), -2 * how.row_power) * x(u, i) * x(u, j);
    }
    const double scale = std::pow(x.col(i).squaredNorm() * x.col(j).squaredNorm(), how.column_power);
    return sum / (scale + how.shrinkage);
}

/// Neighbors by looking at all pairs, best first.
std::vector<std::pair<double, Eigen::Index>> all_pairs(const Eigen::MatrixXd& x, Eigen::Index i,
                                                       const ColumnNeighborsOptions& options) {
    std::vector<std::pair<double, Eigen::Index>> found;
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
        const double s = i == j ? 0 : similarity(x, i, j, options.similarity);
        if (s > 0) found.emplace_back(-s, j);
    }
    std::sort(found.begin(), found.end());
    found.resize(std::min(found.size(), static_cast<std::size_t>(options.neighbors)));
    return found;
}

bool same(const CsrMatrix& a, const CsrMatrix& b) {
    return a.row_offsets == b.row_offsets && a.column_indices == b.column_indices && a.values == b.values;
}

}  // namespace

TEST_CASE("neighbors by hand: the cosine, its shrinkage, and ties by the lowest column") {
    Eigen::MatrixXd x(4, 4);
    x << 1, 1, 1, 0,  //
        1, 1, 1, 0,   //
        1, 0, 0, 0,   //
        0, 0, 0, 1;

    const CsrMatrix nearest = column_neighbors(sparse(x), {.neighbors = 1});
    const CsrMatrix shrunk = column_neighbors(sparse(x), {.similarity = {.shrinkage = 2}, .neighbors = 1});

    CHECK(nearest.row_offsets == std::vector<std::int64_t>{0, 1, 2, 3, 3});  // nobody shares the last column
    CHECK(nearest.column_indices == std::vector<std::int32_t>{1, 2, 1});
    CHECK(nearest.values[0] == doctest::Approx(2 / std::sqrt(6.0)));
    CHECK(nearest.values[1] == doctest::Approx(1));
    CHECK(shrunk.values[1] == doctest::Approx(2.0 / (2 + 2)));
}

TEST_CASE("a sum that passes through zero is counted once, and rows of zeros count nothing") {
    CsrMatrix x =
        csr_from_entries(4, 2, {{0, 0, 1}, {0, 1, 1}, {1, 0, 1}, {1, 1, -1}, {2, 0, 1}, {2, 1, 1}, {3, 0, 1}});
    x.values.back() = 0;

    const CsrMatrix found = column_neighbors(x, {.similarity = {.row_power = 0.5}, .neighbors = 5});

    validate(found);
    CHECK(found.column_indices == std::vector<std::int32_t>{1, 0});
}

TEST_CASE("neighbors are those of all pairs, whatever the powers") {
    const CsrMatrix x = random_sparse(70, 150, 0.06, 21);
    for (const ColumnNeighborsOptions& options :
         {ColumnNeighborsOptions{.neighbors = 7}, ColumnNeighborsOptions{.neighbors = 1000},
          ColumnNeighborsOptions{.similarity = {.row_power = 0.5, .column_power = 0.5}, .neighbors = 9},
          ColumnNeighborsOptions{.similarity = {.row_power = 0.3, .column_power = 0.2, .shrinkage = 4},
          .neighbors = 5}}) {
        const CsrMatrix found = column_neighbors(x, options);
        validate(found);
        const Eigen::MatrixXd table = dense(found), wide = dense(x);
        for (Eigen::Index i = 0; i < x.cols; ++i) {
            const auto expected = all_pairs(wide, i, options);
            CHECK((table.row(i).array() != 0).count() == static_cast<Eigen::Index>(expected.size()));
            for (const auto& [negative, j] : expected) CHECK(table(i, j) == doctest::Approx(-negative).epsilon(1e-6));
        }
    }
}

TEST_CASE("neighbors have the same bytes on 1, 2 and 4 threads") {
    const CsrMatrix x = random_sparse(200, 300, 0.05, 4);
    const ThreadLimit single(1);
    const CsrMatrix one = column_neighbors(x, {.neighbors = 10});
    for (const int threads : {2, 4}) {
        const ThreadLimit limit(threads);
        CHECK(same(column_neighbors(x, {.neighbors = 10}), one));
    }
}

TEST_CASE("what cannot be compared is refused") {
    CsrMatrix x = random_sparse(10, 5, 0.5, 2);
    CHECK_THROWS_AS(static_cast<void>(column_neighbors(x, {.neighbors = 0})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(column_neighbors(x, {.similarity = {.row_power = -1}})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(column_neighbors(x, {.similarity = {.shrinkage = std::nan("")}})), UsageError);
    x.values[0] = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(static_cast<void>(column_neighbors(x)), UsageError);
}

TEST_CASE("the strongest entries of columns are those of largest magnitude") {
    DenseMatrix matrix(3, 3);
    matrix << 1, 0, 2,  //
        -3, 0, 2,       //
        2, 5, -2;

    const CsrMatrix kept = strongest_in_columns(matrix, 2);

    DenseMatrix expected(3, 3);
    expected << 0, 0, 2,  //
        -3, 0, 2,         //
        2, 5, 0;
    CHECK(dense(kept) == expected.cast<double>());
    CHECK_THROWS_AS(static_cast<void>(strongest_in_columns(matrix, 0)), UsageError);
}

TEST_CASE("keeping all entries keeps the matrix") {
    const DenseMatrix matrix = random_panel<float>(90, 130, 5);
    CHECK(dense(strongest_in_columns(matrix, 90)) == matrix.cast<double>());
}
