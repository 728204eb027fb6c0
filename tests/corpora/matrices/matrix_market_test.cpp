#include "corpora/matrices/matrix_market.h"

#include <doctest/doctest.h>

#include "corpora/matrices/matrix_scratch.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Rows = std::vector<std::vector<float>>;

const std::string coordinates = "%%MatrixMarket matrix coordinate real general\n";

TEST_CASE("coordinates count from 1, come in any order and make a sparse matrix") {
    const MatrixFile file =
        matrix_of("%%MatrixMarket MATRIX Coordinate Real General\n% a remark\n\n2 3 3\n2 1 4\n1 3 -1.5e0\n1 1 2\n");

    CHECK(file.format == "matrix-market");
    CHECK(file.is_sparse());
    CHECK(std::get<CsrMatrix>(file.matrix).nonzeros() == 3);
    CHECK(rows_of(file) == Rows{{2, 0, -1.5}, {4, 0, 0}});
}

TEST_CASE("entries at the same place are added") {
    CHECK(rows_of(matrix_of(coordinates + "1 2 3\n1 2 4\n1 1 1\n1 2 0.5\n")) == Rows{{1, 4.5}});
}

TEST_CASE("integers are numbers and a pattern is ones") {
    CHECK(rows_of(matrix_of("%%MatrixMarket matrix coordinate integer general\n1 2 1\n1 2 -7\n")) == Rows{{0, -7}});
    CHECK(rows_of(matrix_of("%%MatrixMarket matrix coordinate pattern general\n2 2 2\n1 2\n2 1\n")) ==
          Rows{{0, 1}, {1, 0}});
}

TEST_CASE("the other triangle of a symmetric matrix follows") {
    CHECK(rows_of(matrix_of("%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 1 5\n2 1 3\n")) ==
          Rows{{5, 3}, {3, 0}});
    CHECK(rows_of(matrix_of("%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n2 1 3\n")) ==
          Rows{{0, -3}, {3, 0}});
    CHECK(rows_of(matrix_of("%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n")) ==
          Rows{{0, 1}, {1, 0}});
}

TEST_CASE("an array stands column by column and is dense") {
    const MatrixFile file = matrix_of("%%MatrixMarket matrix array real general\n2 3\n1\n4\n2\n5\n3\n6\n");

    CHECK_FALSE(file.is_sparse());
    CHECK(rows_of(file) == Rows{{1, 2, 3}, {4, 5, 6}});
    CHECK(rows_of(matrix_of("%%MatrixMarket matrix array real symmetric\n3 3\n1\n2\n3\n4\n5\n6\n")) ==
          Rows{{1, 2, 3}, {2, 4, 5}, {3, 5, 6}});
    CHECK(rows_of(matrix_of("%%MatrixMarket matrix array integer skew-symmetric\n3 3\n2\n3\n5\n")) ==
          Rows{{0, -2, -3}, {2, 0, -5}, {3, 5, 0}});
}

TEST_CASE("a header that lies is an error with its line") {
    CHECK(refusal_of(coordinates + "2 2 3\n1 1 1\n2 2 2\n") ==
          "test:4: found the end of the file after 2 entries, expected 3");
    CHECK(refusal_of(coordinates + "2 2 1\n1 1 1\n2 2 2\n") ==
          "test:4: found more entries than the 1 that the file announces");
    CHECK(refusal_of(coordinates + "2 2 1\n3 1 1\n") == "test:3: found the row \"3\", expected 1 to 2");
    CHECK(refusal_of(coordinates + "2 2 1\n0 1 1\n") == "test:3: found the row \"0\", expected 1 to 2");
    CHECK(refusal_of(coordinates + "2 2 1\n1 9 1\n") == "test:3: found the column \"9\", expected 1 to 2");
    CHECK(refusal_of(coordinates + "2 2 1\n1 1\n") == "test:3: found 2 words, expected a row, a column and a value");
    CHECK(refusal_of("%%MatrixMarket matrix coordinate pattern general\n2 2 1\n1 1 1\n") ==
          "test:3: found 3 words, expected a row and a column");
    CHECK(refusal_of("%%MatrixMarket matrix coordinate real symmetric\n2 2 1\n1 2 1\n") ==
          "test:3: found an entry above the diagonal, expected the lower triangle of a symmetric matrix");
    CHECK(refusal_of("%%MatrixMarket matrix coordinate real skew-symmetric\n2 2 1\n1 1 1\n") ==
          "test:3: found an entry on the diagonal, expected none there in a skew-symmetric matrix");
    CHECK(refusal_of("%%MatrixMarket matrix coordinate real symmetric\n2 3 1\n1 1 1\n") ==
          "test:2: found 2 rows and 3 columns, expected as many of both in a symmetric matrix");
    CHECK(refusal_of("%%MatrixMarket matrix array real general\n2 2\n1\n2\n3\n") ==
          "test:5: found the end of the file after 3 values, expected 4");
    CHECK(refusal_of("%%MatrixMarket matrix array real general\n1 1\n1\n2\n") ==
          "test:4: found more values than the 1 that the file announces");
}

TEST_CASE("headers and sizes of other kinds are errors that say what is expected") {
    CHECK(refusal_of("%%MatrixMarket vector coordinate real general\n") ==
          "test:1: found \"vector\" in the header, expected \"matrix\"");
    CHECK(refusal_of("%%MatrixMarket matrix coordinate complex general\n") ==
          "test:1: found \"complex\" in the header, expected \"real\", \"integer\" or \"pattern\"");
    CHECK(refusal_of("%%MatrixMarket matrix array pattern general\n") ==
          "test:1: found \"pattern\" in the header, expected \"real\" or \"integer\"");
    CHECK(refusal_of("%%MatrixMarket matrix coordinate real hermitian\n")
              .ends_with("expected \"general\", \"symmetric\" or \"skew-symmetric\""));
    CHECK(refusal_of("%%MatrixMarket matrix\n").starts_with("test:1: found no MatrixMarket header"));
    CHECK(refusal_of("1 2 3\n", {}, "a.mtx").starts_with("a.mtx:1: found no MatrixMarket header"));
    CHECK(refusal_of("", {}, "a.mtx").starts_with("a.mtx:0: found no MatrixMarket header"));
    const std::string sizes = "found sizes that are not the whole numbers of rows, columns and entries, expected these";
    CHECK(refusal_of(coordinates + "2 2\n") == "test:2: " + sizes);
    CHECK(refusal_of(coordinates + "2 2 -1\n") == "test:2: " + sizes);
    CHECK(refusal_of(coordinates + "2 99999999999999999999 1\n") == "test:2: " + sizes);
    CHECK(refusal_of(coordinates) ==
          "test:1: found the end of the file, expected the whole numbers of rows, columns and entries");
    CHECK(refusal_of(coordinates + "0 2 0\n") == "test: found an empty matrix, 0 x 2, expected rows and columns");
}

TEST_CASE("values that are no finite numbers are errors with their line, and so is a sum") {
    const std::string ending = ", expected a finite number within float32";

    CHECK(refusal_of(coordinates + "1 1 1\n1 1 nan\n") == "test:3: found the value \"nan\"" + ending);
    CHECK(refusal_of(coordinates + "1 1 1\n1 1 1e99\n") == "test:3: found the value \"1e99\"" + ending);
    CHECK(refusal_of("%%MatrixMarket matrix array real general\n1 1\n-inf\n") ==
          "test:3: found the value \"-inf\"" + ending);
    CHECK(refusal_of(coordinates + "1 1 2\n1 1 3e38\n1 1 3e38\n") ==
          "test: found the entry \"inf\" in row 1, column 1" + ending);
}

TEST_CASE("shapes that are past the indices or the memory are refused before they are held") {
    CHECK(refusal_of(coordinates + "3000000000 2 1\n1 1 1\n") ==
          "test: found a sparse matrix of 3000000000 x 2, expected at most 2147483647 rows and columns");
    CHECK(refusal_of("%%MatrixMarket matrix array real general\n9000000000 9000000000\n") ==
          "test:2: found a matrix of more elements than 63 bits count");
    CHECK_THROWS_AS(static_cast<void>(matrix_of(coordinates + "2000000000 2 1\n1 1 1\n", {.memory = {1000000}})),
                    MemoryError);
    CHECK_THROWS_AS(static_cast<void>(matrix_of(coordinates + "2 2 9223372036854775807\n1 1 1\n")), MemoryError);
    for (const std::string kind : {"general", "symmetric", "skew-symmetric"}) {
        const std::string array = "%%MatrixMarket matrix array real " + kind + "\n3000000000 3000000000\n1\n";
        CHECK_THROWS_AS(static_cast<void>(matrix_of(array)), MemoryError);
    }
}

}  // namespace
}  // namespace eckart::corpora
