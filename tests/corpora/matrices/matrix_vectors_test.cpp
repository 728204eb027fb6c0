#include "corpora/matrices/matrix_vectors.h"

#include <doctest/doctest.h>

#include "corpora/matrices/matrix_scratch.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Rows = std::vector<std::vector<float>>;

TEST_CASE("vectors are read with a first line and without, and their words are ids") {
    for (const std::string head : {"2 3\n", ""}) {
        const MatrixFile file = matrix_of(head + "the 0.5 -1 2e0 \nna\u00efve 3 4 5\n");

        CHECK(file.format == "word2vec");
        CHECK(rows_of(file) == Rows{{0.5, -1, 2}, {3, 4, 5}});
        CHECK(file.row_ids == Ids{"the", "na\u00efve"});
    }
}

TEST_CASE("a word may have blanks in it, or be a number") {
    CHECK(matrix_of(". . . 1 2\nb 3 4\n", {.format = "word2vec"}).row_ids == Ids{". . .", "b"});
    CHECK(matrix_of("a 1 2\nat name@domain.com 3 4\n1999 5 6\n").row_ids == Ids{"a", "at name@domain.com", "1999"});
    CHECK(matrix_of("2 2\n7 1 2\n8 3 4\n").row_ids == Ids{"7", "8"});
}

TEST_CASE("words with blanks in them are told without a name or a format") {
    const MatrixFile file = matrix_of("to be or 1 0 2\nnot 3 4 5\nat a@b.org 0 0 7\n");

    CHECK(file.format == "word2vec");
    CHECK(rows_of(file) == Rows{{1, 0, 2}, {3, 4, 5}, {0, 0, 7}});
    CHECK(file.row_ids == Ids{"to be or", "not", "at a@b.org"});
}

TEST_CASE("a word of blanks is kept, but for the one that ends it") {
    const MatrixFile file = matrix_of("4 2\nyes 1 2\n  3 4\n \t 5 6\n 7 8\n");

    CHECK(rows_of(file) == Rows{{1, 2}, {3, 4}, {5, 6}, {7, 8}});
    CHECK(file.row_ids == Ids{"yes", " ", " \t", ""});
    CHECK(refusal_of("2 2\nyes 1 2\n3 4\n") == "test:3: found 2 words, expected a word and 2 numbers");
}

TEST_CASE("a first line that lies is an error with its line") {
    CHECK(refusal_of("3 2\na 1 2\nb 3 4\n") ==
          "test:3: found the end of the file after 2 rows, expected 3 as in the first line");
    CHECK(refusal_of("1 2\na 1 2\nb 3 4\n") == "test:3: found more rows than the 1 that the first line announces");
    CHECK(refusal_of("2 2\na 1 2\nb 3\n") == "test:3: found 2 words, expected a word and 2 numbers");
    CHECK(refusal_of("a 1 2\nb\n") == "test:2: found 1 word, expected a word and 2 numbers");
    CHECK(refusal_of("2 2\na 1 2 3\nb 1 2\n", {.format = "word2vec"}).empty());
}

TEST_CASE("numbers that are none, or not finite, are errors with line and place") {
    const std::string ending = ", expected a finite number within float32";

    CHECK(refusal_of("a 1 2\nb 1 x\n") == "test:2: found \"x\" as number 2" + ending);
    CHECK(refusal_of("a 1 2\nb nan 2\n") == "test:2: found \"nan\" as number 1" + ending);
    CHECK(refusal_of("a b\n", {}, "a.vec") == "a.vec:1: found \"b\" at the end of the first vector, expected a number");
}

TEST_CASE("no vectors, or vectors that no memory holds, are refused") {
    CHECK(refusal_of("", {}, "a.vec") == "a.vec: found an empty matrix, 0 x 0, expected rows and columns");
    CHECK(refusal_of("0 5\n", {}, "a.vec") == "a.vec: found an empty matrix, 0 x 5, expected rows and columns");
    CHECK(refusal_of("9000000000 9000000000\n", {}, "a.vec") ==
          "a.vec:1: found a matrix of more elements than 63 bits count");
    CHECK_THROWS_AS(static_cast<void>(matrix_of("100000000 100000\na 1\n", {}, "a.vec")), MemoryError);
}

}  // namespace
}  // namespace eckart::corpora
