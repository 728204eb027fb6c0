#include "engine/matrix/csr.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

using Offsets = std::vector<std::int64_t>;
using Columns = std::vector<std::int32_t>;
using Values = std::vector<float>;

bool equal(const CsrMatrix& a, const CsrMatrix& b) {
    return a.rows == b.rows && a.cols == b.cols && a.row_offsets == b.row_offsets &&
           a.column_indices == b.column_indices && a.values == b.values;
}

/// 1 0 2
/// 0 0 0
/// 0 3 4
CsrMatrix small() {
    return {.rows = 3, .cols = 3, .row_offsets = {0, 2, 2, 4}, .column_indices = {0, 2, 1, 2}, .values = {1, 2, 3, 4}};
}

}  // namespace

TEST_CASE("entries in any order make rows with rising columns") {
    const CsrMatrix a = csr_from_entries(3, 3, {{2, 2, 4}, {0, 2, 2}, {2, 1, 3}, {0, 0, 1}});

    CHECK(equal(a, small()));
    validate(a);
}

TEST_CASE("entries at the same place are added") {
    const CsrMatrix a = csr_from_entries(2, 2, {{1, 0, 1}, {0, 1, 5}, {1, 0, 2}, {1, 0, -4}});

    CHECK(a.row_offsets == Offsets{0, 1, 2});
    CHECK(a.column_indices == Columns{1, 0});
    CHECK(a.values == Values{5, -1});
}

TEST_CASE("no entries make an empty matrix of the shape asked for") {
    const CsrMatrix a = csr_from_entries(4, 7, {});

    validate(a);
    CHECK(a.row_offsets == Offsets{0, 0, 0, 0, 0});
    CHECK(a.cols == 7);
    CHECK(a.nonzeros() == 0);
}

TEST_CASE("an entry outside the matrix, or a shape that 32-bit columns cannot hold, is refused") {
    CHECK_THROWS_AS(csr_from_entries(2, 2, {{2, 0, 1}}), UsageError);
    CHECK_THROWS_AS(csr_from_entries(2, 2, {{0, 2, 1}}), UsageError);
    CHECK_THROWS_AS(csr_from_entries(2, 2, {{-1, 0, 1}}), UsageError);
    CHECK_THROWS_AS(csr_from_entries(2, 2, {{0, -1, 1}}), UsageError);
    CHECK_THROWS_AS(csr_from_entries(-1, 2, {}), UsageError);
    CHECK_THROWS_AS(csr_from_entries(2, std::int64_t{1} << 32, {}), UsageError);
}

TEST_CASE("validate passes what is sound") {
    CHECK_NOTHROW(validate(small()));
    CHECK_NOTHROW(validate(CsrMatrix{}));
    CHECK_NOTHROW(validate(random_sparse(50, 20, 0.1, 1)));
}

TEST_CASE("validate refuses each broken invariant") {
    CsrMatrix a = small();

    SUBCASE("a negative shape") {
        a.rows = -1;
    }
    SUBCASE("too few offsets") {
        a.row_offsets = {0, 2, 4};
    }
    SUBCASE("offsets that do not start at zero") {
        a.row_offsets[0] = 1;
    }
    SUBCASE("offsets that fall") {
        a.row_offsets = {0, 3, 2, 4};
    }
    SUBCASE("offsets that pass the end and come back") {
        a.row_offsets = {0, 9, 2, 4};
    }
    SUBCASE("offsets that do not end at the number of nonzeros") {
        a.row_offsets[3] = 3;
    }
    SUBCASE("fewer columns than values") {
        a.column_indices.pop_back();
    }
    SUBCASE("a column outside") {
        a.column_indices[3] = 3;
    }
    SUBCASE("a negative column") {
        a.column_indices[0] = -1;
    }
    SUBCASE("columns that fall") {
        a.column_indices[2] = 2, a.column_indices[3] = 1;
    }
    SUBCASE("a column twice") {
        a.column_indices[3] = 1;
    }
    SUBCASE("NaN") {
        a.values[2] = std::numeric_limits<float>::quiet_NaN();
    }
    SUBCASE("infinity") {
        a.values[2] = -std::numeric_limits<float>::infinity();
    }

    CHECK_THROWS_AS(validate(a), UsageError);
}

TEST_CASE("validate names the row") {
    CsrMatrix a = small();
    a.values[3] = std::numeric_limits<float>::infinity();

    CHECK_THROWS_WITH_AS(validate(a), "row 2 of a sparse matrix holds a value that is not finite", UsageError);
}

TEST_CASE("a transpose holds each entry at the mirrored place, columns in order") {
    for (const auto& [rows, cols, density] :
         {std::tuple{1, 9, 0.5}, {9, 1, 0.5}, {3, 3, 1.0}, {57, 131, 0.05}, {40, 8, 0.0}}) {
        const CsrMatrix a = random_sparse(rows, cols, density, 7);
        CAPTURE(a.rows);

        const CsrMatrix at = transposed(a);

        validate(at);
        CHECK(dense(at) == dense(a).transpose());
    }
}

TEST_CASE("transposing twice is the identity") {
    const CsrMatrix a = random_sparse(203, 97, 0.07, 3);

    CHECK(equal(transposed(transposed(a)), a));
}

TEST_CASE("a matrix without rows has a transpose without columns") {
    const CsrMatrix at = transposed(csr_from_entries(0, 5, {}));

    validate(at);
    CHECK(at.rows == 5);
    CHECK(at.cols == 0);
}

TEST_CASE("the squared norm is the sum of squares, in float64") {
    CHECK(squared_norm(small()) == 30);
    CHECK(squared_norm(CsrMatrix{}) == 0);
    const CsrMatrix huge = csr_from_entries(1, 2, {{0, 0, 3e30F}, {0, 1, 4e30F}});
    CHECK(squared_norm(huge) == doctest::Approx(25e60).epsilon(1e-6));
}

TEST_CASE("transpose and norm are the same bytes for 1, 2 and 4 threads") {
    const CsrMatrix a = random_sparse(700, 900, 0.2, 11);
    const auto with = [&](int threads) {
        const ThreadLimit limit(threads);
        return std::pair{transposed(a), squared_norm(a)};
    };

    const auto one = with(1);

    for (int threads : {2, 4}) {
        const auto many = with(threads);
        CHECK(equal(many.first, one.first));
        CHECK(many.second == one.second);
    }
}
