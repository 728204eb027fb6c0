#include "corpora/matrices/matrix_npy.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "corpora/matrices/matrix_scratch.h"

namespace eckart::corpora {
namespace {

using Rows = std::vector<std::vector<float>>;

template <class T>
Rows rows_of_type(const std::string& dtype) {
    return rows_of(matrix_of(npy_file(dtype, false, "(2, 3)", raw<T>({1, 2, 3, 4, 5, 6}))));
}

TEST_CASE("arrays of every type become float32") {
    const Rows expected = {{1, 2, 3}, {4, 5, 6}};

    CHECK(rows_of_type<float>("<f4") == expected);
    CHECK(rows_of_type<double>("<f8") == expected);
    CHECK(rows_of_type<std::int8_t>("|i1") == expected);
    CHECK(rows_of_type<std::uint8_t>("|u1") == expected);
    CHECK(rows_of_type<std::int16_t>("<i2") == expected);
    CHECK(rows_of_type<std::uint16_t>("<u2") == expected);
    CHECK(rows_of_type<std::int32_t>("<i4") == expected);
    CHECK(rows_of_type<std::uint32_t>("<u4") == expected);
    CHECK(rows_of_type<std::int64_t>("<i8") == expected);
    CHECK(rows_of_type<std::uint64_t>("<u8") == expected);
    CHECK_FALSE(matrix_of(npy_file("<f4", false, "(1, 1)", raw<float>({1}))).is_sparse());
}

TEST_CASE("floats of two bytes become what NumPy says they are") {
    // 1, -2, 65504, the smallest of all, 1/3 and -0 as numpy.float16 stores them
    const std::string halves = raw<std::uint16_t>({0x3C00, 0xC000, 0x7BFF, 0x0001, 0x3555, 0x8000});

    CHECK(rows_of(matrix_of(npy_file("<f2", false, "(1, 6)", halves))) ==
          Rows{{1, -2, 65504, 0x1p-24F, 0.333251953125F, 0}});
    CHECK(refusal_of(npy_file("<f2", false, "(1, 2)", raw<std::uint16_t>({0x3C00, 0x7C00}))) ==
          "test: found the entry \"inf\" in row 1, column 2, expected a finite number within float32");
    CHECK(refusal_of(npy_file("<f2", false, "(1, 1)", raw<std::uint16_t>({0x7E00}))) ==
          "test: found the entry \"nan\" in row 1, column 1, expected a finite number within float32");
}

TEST_CASE("an array stored columns first is the same matrix") {
    const std::string file = npy_file("<f8", true, "(2, 3)", raw<double>({1, 4, 2, 5, 3, 6}));

    CHECK(rows_of(matrix_of(file)) == Rows{{1, 2, 3}, {4, 5, 6}});
}

TEST_CASE("another type, byte order or number of extents is an error that names it") {
    CHECK(refusal_of(npy_file(">f4", false, "(1, 1)", raw<float>({1}))) ==
          "test: found elements of type >f4, high byte first, expected low byte first");
    CHECK(refusal_of(npy_file("<c8", false, "(1, 1)", raw<double>({1}))) ==
          "test: found elements of type <c8, expected real numbers");
    CHECK(refusal_of(npy_file("|O", false, "(1, 1)", "x")) == "test: found elements of type |O, expected real numbers");
    CHECK(refusal_of(npy_file("<f4", false, "(2,)", raw<float>({1, 2}))) ==
          "test: found an array of the shape 2, expected two extents, rows and columns");
    CHECK(refusal_of(npy_file("<f4", false, "(1, 1, 2)", raw<float>({1, 2}))) ==
          "test: found an array of the shape 1 x 1 x 2, expected two extents, rows and columns");
    CHECK(refusal_of(npy_file("<f4", false, "()", raw<float>({1}))) ==
          "test: found an array of no extent, expected two extents, rows and columns");
}

TEST_CASE("an array of another length than its shape says is an error with both numbers") {
    const std::string file = npy_file("<f4", false, "(2, 3)", raw<float>({1, 2, 3, 4, 5, 6}));

    CHECK(refusal_of(std::string_view(file).substr(0, file.size() - 5)) ==
          "test: found the end of the array after 4 elements, expected 6");
    CHECK(refusal_of(file + "x") ==
          "test: found bytes behind the 6 elements of the shape 2 x 3, expected the end of the file");
    for (std::size_t size = 1; size < 128; ++size) {
        CHECK(refusal_of(std::string_view(file).substr(0, size), {.format = "npy"}).starts_with("test: found "));
    }
}

TEST_CASE("a shape that no memory holds is refused by its number, and one past 63 bits as damaged") {
    const std::string file = npy_file("<f4", false, "(1000000, 1000000)", "");

    CHECK_THROWS_AS(static_cast<void>(matrix_of(file)), MemoryError);
    CHECK(refusal_of(npy_file("<f4", false, "(4294967296, 4294967296)", ""))
              .starts_with("test: found the shape (4294967296, 4294967296), which is too large"));
}

TEST_CASE("entries that are not finite are errors with their row and column, in either order") {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const std::string ending = "\" in row 2, column 1, expected a finite number within float32";

    CHECK(refusal_of(npy_file("<f4", false, "(2, 2)", raw<float>({1, 2, nan, 4}))) ==
          "test: found the entry \"nan" + ending);
    CHECK(refusal_of(npy_file("<f4", true, "(2, 2)", raw<float>({1, HUGE_VALF, 3, 4}))) ==
          "test: found the entry \"inf" + ending);
    CHECK(refusal_of(npy_file("<f8", false, "(2, 1)", raw<double>({1, 1e300}))).ends_with(ending));
}

TEST_CASE("a matrix without rows or columns is an error") {
    CHECK(refusal_of(npy_file("<f4", false, "(0, 3)", "")) ==
          "test: found an empty matrix, 0 x 3, expected rows and columns");
    CHECK(refusal_of(npy_file("<f4", false, "(3, 0)", "")) ==
          "test: found an empty matrix, 3 x 0, expected rows and columns");
}

TEST_CASE("a file compressed with gzip or zstd is the same") {
    const std::string file = npy_file("<f4", false, "(1, 2)", raw<float>({1, 2}));
    const ScratchFolder folder;

    CHECK(rows_of(read_matrix(folder.write("a.npy", file))) == Rows{{1, 2}});
    CHECK(rows_of(read_matrix(folder.write("a.npy.gz", gzipped(file)))) == Rows{{1, 2}});
    CHECK(rows_of(read_matrix(folder.write("a.bin", zstd_compressed(file)))) == Rows{{1, 2}});
}

}  // namespace
}  // namespace eckart::corpora
