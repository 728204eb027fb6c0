#include <doctest/doctest.h>

#include "corpora/matrices/matrix_file.h"
#include "corpora/matrices/matrix_scratch.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

TEST_CASE("the first bytes say what a matrix is, whatever its name") {
    CHECK(matrix_format("a.csv", "\x93NUMPY\x01") == "npy");
    CHECK(matrix_format("a.csv", "PK\x03\x04") == "npz");
    CHECK(matrix_format("a", "%%matrixmarket matrix") == "matrix-market");
}

TEST_CASE("the name says it where the bytes do not, under its compression too") {
    CHECK(matrix_format("a.npy", "x") == "npy");
    CHECK(matrix_format("a.mtx.gz", "x") == "matrix-market");
    CHECK(matrix_format("a.TSV.zst", "x") == "tsv");
    CHECK(matrix_format("a.svmlight", "x") == "libsvm");
    CHECK(matrix_format("a.vec", "x") == "word2vec");
}

TEST_CASE("the first lines say it where there is no name") {
    CHECK(matrix_format("-", "1 2:0.5 7:1\n") == "libsvm");
    CHECK(matrix_format("-", "the\t0.5\t1\n") == "tsv");
    CHECK(matrix_format("-", "the 0.5 1\n") == "word2vec");
    CHECK(matrix_format("-", ", 0.5 1\n") == "word2vec");
    CHECK(matrix_format("-", "2 2\nthe 0.5 1\n") == "word2vec");
    CHECK(matrix_format("-", "to be 0.5 1\nor 2 3\n") == "word2vec");
    CHECK(matrix_format("-", "to be 0.5 1\n") == "word2vec");
    CHECK(matrix_format("-", "to be 0.5\n1 2 3\n") == "blanks");
    CHECK(matrix_format("-", "to be, 0.5\nor, 2 3\n") == "csv");
    CHECK(matrix_format("-", "2 1\n3 4\n") == "blanks");
    CHECK(matrix_format("-", "2 2\n3 4\n") == "blanks");
    CHECK(matrix_format("-", "1, 2\n") == "csv");
    CHECK(matrix_format("-", "1;2\n") == "csv");
    CHECK(matrix_format("-", "0.5 1\n") == "blanks");
    CHECK(matrix_format("-", "") == "blanks");
}

TEST_CASE("an unknown format, a missing file and a folder are errors") {
    CHECK_THROWS_AS(static_cast<void>(matrix_of("1\n", {.format = "excel"})), UsageError);
    CHECK(input_error([] { static_cast<void>(read_matrix("/nowhere/a.npy")); }) ==
          "/nowhere/a.npy: No such file or directory");
    const ScratchFolder folder;
    CHECK(input_error([&] { static_cast<void>(read_matrix(folder.path())); }) ==
          folder.path() + ": found a folder, expected a file");
}

TEST_CASE("reading says how far it is and can be interrupted") {
    bool reported = false;
    const Progress watched([&](std::string_view phase, std::uint64_t, std::uint64_t total) {
        reported = phase == "reading test" && total == 1000;
    });
    static_cast<void>(read_matrix(memory_byte_stream("1,2\n", "test"), {}, watched));

    CHECK(reported);
    const Progress stopped({}, [] { return true; });
    CHECK_THROWS_AS(static_cast<void>(read_matrix(memory_byte_stream("1,2\n", "test"), {}, stopped)), InterruptedError);
}

}  // namespace
}  // namespace eckart::corpora
