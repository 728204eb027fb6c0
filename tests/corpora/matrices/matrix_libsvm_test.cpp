#include "corpora/matrices/matrix_libsvm.h"

#include <doctest/doctest.h>

#include "corpora/matrices/matrix_scratch.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Rows = std::vector<std::vector<float>>;

TEST_CASE("a line is a row, its label is kept and its columns count from 1") {
    const MatrixFile file = matrix_of("+1 1:0.5 3:-2\n-1 2:1e1 # a remark 5:5\n\n# another\n1,7 qid:4 3:1\n0\n");

    CHECK(file.format == "libsvm");
    CHECK(file.is_sparse());
    CHECK(rows_of(file) == Rows{{0.5, 0, -2}, {0, 10, 0}, {0, 0, 1}, {0, 0, 0}});
    CHECK(file.labels == Ids{"+1", "-1", "1,7", "0"});
}

TEST_CASE("columns count from 0 where one of them is 0") {
    CHECK(rows_of(matrix_of("1 1:5\n1 0:4\n")) == Rows{{0, 5}, {4, 0}});
}

TEST_CASE("lines may have no label and columns any order") {
    const MatrixFile file = matrix_of("3:3 1:1\n2:2\n", {}, "a.svm");

    CHECK(rows_of(file) == Rows{{1, 0, 3}, {0, 2, 0}});
    CHECK(file.labels.empty());
}

TEST_CASE("a line without a label among others has an empty one, as for a set of labels") {
    const MatrixFile file = matrix_of("3,8 1:1 2:2\n 1:3\n5 2:4\n2:6\n");

    CHECK(rows_of(file) == Rows{{1, 2}, {3, 0}, {0, 4}, {0, 6}});
    CHECK(file.labels == Ids{"3,8", "", "5", ""});
    CHECK(matrix_of("1:1\n2:3\n7 1:2\n", {}, "a.svm").labels == Ids{"", "", "7"});
}

TEST_CASE("entries that are none are errors with their line") {
    const std::string ending = ", expected a column up to 2147483646, a colon and a finite number within float32";

    CHECK(refusal_of("1 1:2\n1 1:nan\n") == "test:2: found the entry \"1:nan\"" + ending);
    CHECK(refusal_of("1 1:2\n1 x:1\n") == "test:2: found the entry \"x:1\"" + ending);
    CHECK(refusal_of("1 1:2\n1 7\n") == "test:2: found the entry \"7\"" + ending);
    CHECK(refusal_of("1 1:2 2147483647:1\n") == "test:1: found the entry \"2147483647:1\"" + ending);
    CHECK(refusal_of("1 1:2 -1:1\n") == "test:1: found the entry \"-1:1\"" + ending);
    CHECK(refusal_of("1 1:2 1:1e99\n") == "test:1: found the entry \"1:1e99\"" + ending);
    CHECK(refusal_of("1 2:1 2:1\n") == "test:1: found the column 2 twice, expected it once in a line");
}

TEST_CASE("a file without an entry is an error, and one past the budget is refused") {
    CHECK(refusal_of("1\n0\n", {}, "a.svm") == "a.svm: found an empty matrix, 2 x 0, expected rows and columns");
    CHECK(refusal_of("", {}, "a.svm") == "a.svm: found an empty matrix, 0 x 0, expected rows and columns");
    CHECK_THROWS_AS(static_cast<void>(matrix_of("1 1:1 2:2\n1 3:3\n", {.memory = {32}})), MemoryError);
}

}  // namespace
}  // namespace eckart::corpora
