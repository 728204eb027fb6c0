#include "engine/matrix/entries.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "engine/support/error.h"

using namespace eckart;

namespace {

CsrMatrix four_entries() {
    return csr_from_entries(3, 4, {{0, 0, 1}, {0, 2, 2}, {2, 2, 3}, {2, 3, 6}});
}

}  // namespace

TEST_CASE("mean and deviation are those of the stored values alone") {
    const CsrMatrix matrix = four_entries();

    CHECK(mean_of_entries(matrix) == 3);
    CHECK(deviation_of_entries(matrix) == doctest::Approx(std::sqrt((4 + 1 + 0 + 9) / 4.0)));
    CHECK(std::isnan(mean_of_entries(csr_from_entries(2, 2, {}))));
}

TEST_CASE("a column without entries has norm 0") {
    CHECK(squared_column_norms(four_entries()) == Eigen::Vector4d(1, 0, 13, 36));
}

TEST_CASE("a value that is not finite is refused with the name of what was given it") {
    CsrMatrix matrix = four_entries();
    CHECK_NOTHROW(require_finite(matrix, "a method"));

    for (const float bad : {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
        matrix.values[2] = bad;
        CHECK_THROWS_WITH_AS(require_finite(matrix, "a method"), "a method was given a value that is not finite",
                             UsageError);
    }
}

TEST_CASE("a dense matrix stored as rows takes the bytes that were foretold") {
    const CsrMatrix rows = stored_rows(DenseMatrix::Zero(5, 3));

    CHECK(rows.nonzeros() == 15);
    CHECK(stored_rows_memory(5, 3) >= 8 * rows.values.size() + 8 * (rows.row_offsets.size() - 1));
}
