#include "corpora/matrices/matrix_table.h"

#include <doctest/doctest.h>

#include <limits>

#include "corpora/matrices/matrix_scratch.h"

namespace eckart::corpora {
namespace {

using Rows = std::vector<std::vector<float>>;

TEST_CASE("a table of numbers alone has neither ids nor names") {
    const MatrixFile file = matrix_of("1,2.5,-3\n+4,5e1, 6 \n");

    CHECK(file.format == "csv");
    CHECK(rows_of(file) == Rows{{1, 2.5, -3}, {4, 50, 6}});
    CHECK(file.row_ids.empty());
    CHECK(file.column_ids.empty());
}

TEST_CASE("a header and a column of ids are told by looking") {
    const Rows expected = {{1, 2}, {3, 4}};

    for (const std::string table : {"id,x,y\na,1,2\nb,3,4\n", ",x,y\na,1,2\nb,3,4\n", "x,y\na,1,2\nb,3,4\n"}) {
        const MatrixFile file = matrix_of(table, {}, "t.csv");
        CHECK(rows_of(file) == expected);
        CHECK(file.row_ids == Ids{"a", "b"});
        CHECK(file.column_ids == Ids{"x", "y"});
    }
    const MatrixFile numbered = matrix_of(",0,1\n7,1,2\n8,3,4\n");
    CHECK(rows_of(numbered) == expected);
    CHECK(numbered.row_ids == Ids{"7", "8"});
    CHECK(numbered.column_ids == Ids{"0", "1"});
    CHECK(matrix_of("x,y\n1,2\n3,4\n").row_ids.empty());
    CHECK(matrix_of("x,y\n1,2\n3,4\n").column_ids == Ids{"x", "y"});
    CHECK(matrix_of("a\t1\t2\nb\t3\t4\n").row_ids == Ids{"a", "b"});
    CHECK(matrix_of("weight\n1\n2\n", {}, "w.csv").column_ids == Ids{"weight"});
}

TEST_CASE("what the options say goes before what is seen") {
    CHECK(rows_of(matrix_of("1,2\n3,4\n", {.header = true})) == Rows{{3, 4}});
    CHECK(matrix_of("1,2\n3,4\n", {.header = true}).column_ids == Ids{"1", "2"});
    CHECK(rows_of(matrix_of("1,2\n3,4\n", {.ids = true})) == Rows{{2}, {4}});
    CHECK(matrix_of("1,2\n3,4\n", {.ids = true}).row_ids == Ids{"1", "3"});
    CHECK(refusal_of("x,y\n1,2\n", {.header = false, .ids = false}) ==
          "test:1: found \"x\" in column 1, expected a finite number within float32");
}

TEST_CASE("commas, semicolons, tabs and blanks divide a row, and quotes hold an id") {
    CHECK(rows_of(matrix_of("1;2\n3;4\n", {}, "a.csv")) == Rows{{1, 2}, {3, 4}});
    CHECK(rows_of(matrix_of("1\t2\n3\t4\n")) == Rows{{1, 2}, {3, 4}});
    CHECK(rows_of(matrix_of("1.0e+00 2.0e+00\n 3 4\n")) == Rows{{1, 2}, {3, 4}});
    CHECK(matrix_of("\"a, \"\"b\"\"\",1\nc,2\n").row_ids == Ids{"a, \"b\"", "c"});
}

TEST_CASE("blanks around an id do not belong to it") {
    const MatrixFile file = matrix_of("id, x, y\n a , 1, 2\nb,3,4\n");

    CHECK(file.row_ids == Ids{"a", "b"});
    CHECK(file.column_ids == Ids{"x", "y"});
}

TEST_CASE("rows of different widths are errors with their line") {
    CHECK(refusal_of("1,2,3\n4,5\n") == "test:2: found 2 columns, expected 3 as in the rows before");
    CHECK(refusal_of("1,2\n3,4\n5,6,7\n") == "test:3: found 3 columns, expected 2 as in the rows before");
    CHECK(refusal_of("x,y,z\n1,2\n") == "test:2: found 2 columns, expected 3 as in the header");
}

TEST_CASE("entries that are no finite numbers are errors with line and column") {
    const std::string ending = ", expected a finite number within float32";

    CHECK(refusal_of("1,2\n3,x\n") == "test:2: found \"x\" in column 2" + ending);
    CHECK(refusal_of("1,2\n3,\n") == "test:2: found \"\" in column 2" + ending);
    CHECK(refusal_of("1,2\nnan,4\n") == "test:2: found \"nan\" in column 1" + ending);
    CHECK(refusal_of("1,-inf\n3,4\n") == "test:1: found \"-inf\" in column 2" + ending);
    CHECK(refusal_of("1,1e39\n") == "test:1: found \"1e39\" in column 2" + ending);
    CHECK(refusal_of("1,,3\n") == "test:1: found \"\" in column 2" + ending);
}

TEST_CASE("numbers are rounded to float32 once, up to its largest and down to nothing") {
    CHECK(rows_of(matrix_of("3.4028235e38,-3.40282346638528859e+38,1e-46,1e-600,16777217,1.4e-45\n")) ==
          Rows{{std::numeric_limits<float>::max(), std::numeric_limits<float>::lowest(), 0, 0, 16777216,
                std::numeric_limits<float>::denorm_min()}});
    CHECK_FALSE(refusal_of("3.4028236e38,1\n").empty());
}

TEST_CASE("a table without a row or a column is an error") {
    CHECK(refusal_of("", {}, "a.csv") == "a.csv: found an empty matrix, 0 x 0, expected rows and columns");
    CHECK(refusal_of("x,y\n", {}, "a.csv") == "a.csv: found an empty matrix, 0 x 2, expected rows and columns");
}

TEST_CASE("a line past the bound and a matrix past the budget are refused") {
    CHECK(refusal_of("1,2\n3,44444444444444444444444\n", {.most_record_bytes = 10}) ==
          "test:2: found a line of more than 10 bytes, expected shorter ones");
    CHECK_THROWS_AS(static_cast<void>(matrix_of("1,2\n3,4\n", {.memory = {12}})), MemoryError);
}

}  // namespace
}  // namespace eckart::corpora
