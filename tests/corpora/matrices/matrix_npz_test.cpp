#include "corpora/matrices/matrix_npz.h"

#include <doctest/doctest.h>

#include "corpora/bytes/zip_bytes.h"
#include "corpora/matrices/matrix_scratch.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Rows = std::vector<std::vector<float>>;
using Members = std::vector<std::pair<std::string, std::string>>;

std::string shape_of(std::size_t length) {
    std::string shape = "(";
    return shape.append(std::to_string(length)).append(",)");
}

std::string integers(const std::vector<std::int32_t>& values) {
    return npy_file("<i4", false, shape_of(values.size()), raw(values));
}

std::string floats(const std::vector<float>& values) {
    return npy_file("<f4", false, shape_of(values.size()), raw(values));
}

std::string shape(std::int64_t rows, std::int64_t cols) {
    return npy_file("<i8", false, "(2,)", raw<std::int64_t>({rows, cols}));
}

std::string text(const std::string& value) {
    return npy_file("|S" + std::to_string(value.size()), false, "()", value);
}

const std::string two_by_two = npy_file("<f8", false, "(2, 2)", raw<double>({1, 2, 3, 4}));

/// [[1, 0, 2], [0, 0, 3]] in compressed rows.
Members csr_members() {
    return {{"indices.npy", integers({0, 2, 2})},
            {"indptr.npy", integers({0, 2, 3})},
            {"format.npy", text("csr")},
            {"shape.npy", shape(2, 3)},
            {"data.npy", floats({1, 2, 3})}};
}

/// The members with one of them replaced, or left out if `bytes` is empty.
std::string changed(Members members, const std::string& name, const std::string& bytes) {
    for (auto& member : members) {
        if (member.first == name) member.second = bytes;
    }
    std::erase_if(members, [](const auto& member) { return member.second.empty(); });
    return zip_archive(members);
}

TEST_CASE("the one array of an archive is read, stored or deflated") {
    for (const ZipKind kind : {ZipKind::stored, ZipKind::deflated, ZipKind::deflated_with_descriptor}) {
        const MatrixFile file = matrix_of(zip_archive({{"labels.npy", integers({7, 8})}, {"x.npy", two_by_two}}, kind));

        CHECK(file.format == "npz");
        CHECK_FALSE(file.is_sparse());
        CHECK(rows_of(file) == Rows{{1, 2}, {3, 4}});
    }
}

TEST_CASE("one of several arrays is read by its name, and an archive that leaves it open is an error") {
    const std::string archive =
        zip_archive({{"a.npy", two_by_two}, {"b.npy", npy_file("|u1", false, "(1, 2)", "\x05\x06")}});

    CHECK(rows_of(matrix_of(archive, {.array = "b"})) == Rows{{5, 6}});
    CHECK(refusal_of(archive) ==
          "test: found 2 arrays of two extents among the arrays a (2 x 2), b (1 x 2), "
          "expected one, or the name of one");
    CHECK(refusal_of(archive, {.array = "c"}) == "test: found no array \"c\" among the arrays a (2 x 2), b (1 x 2)");
    CHECK(refusal_of(zip_archive({{"readme.txt", "hello"}, {"v.npy", integers({1})}})) ==
          "test: found the arrays readme.txt (no array), v (1), expected an array of two extents, or those of a "
          "sparse matrix");
    CHECK(refusal_of(zip_archive({})) ==
          "test: found an empty archive, expected an array of two extents, or those of a sparse matrix");
}

TEST_CASE("sparse matrices in compressed rows, compressed columns and coordinates are read") {
    const Rows expected = {{1, 0, 2}, {0, 0, 3}};
    Members columns = csr_members();
    columns[0].second = integers({0, 1, 0});  // the rows, within a column in any order
    columns[1].second = integers({0, 1, 1, 3});
    columns[2].second = npy_file("<U3", false, "()", std::string("c\0\0\0s\0\0\0c\0\0\0", 12));
    columns[4].second = floats({1, 3, 2});

    CHECK(rows_of(matrix_of(zip_archive(csr_members(), ZipKind::deflated))) == expected);
    CHECK(rows_of(matrix_of(zip_archive(columns))) == expected);
    CHECK(rows_of(matrix_of(zip_archive({{"row.npy", integers({1, 0, 0, 0})},
                                         {"col.npy", integers({2, 2, 0, 2})},
                                         {"format.npy", text("coo")},
                                         {"shape.npy", shape(2, 3)},
                                         {"data.npy", floats({3, 0.5, 1, 1.5})}}))) == expected);
    CHECK(matrix_of(zip_archive(csr_members())).is_sparse());
}

std::string matrix(const std::string& dtype, bool columns_first, std::int64_t rows, std::int64_t cols,
                   const std::string& elements) {
    return npy_file(dtype, columns_first, "(" + std::to_string(rows) + ", " + std::to_string(cols) + ")", elements);
}

TEST_CASE("diagonals are read, without what fills their array up") {
    const std::string diagonals = matrix("<f8", false, 3, 4, raw<double>({9, 1, 2, 3, 4, 5, 0, 6, 7, 8, 9, 9}));
    const Members members = {{"offsets.npy", integers({1, 0, -1})},
                             {"format.npy", text("dia")},
                             {"shape.npy", shape(3, 4)},
                             {"data.npy", diagonals}};
    const Rows expected = {{4, 1, 0, 0}, {7, 5, 2, 0}, {0, 8, 0, 3}};

    CHECK(matrix_of(zip_archive(members)).is_sparse());
    CHECK(rows_of(matrix_of(zip_archive(members))) == expected);
    CHECK(rows_of(matrix_of(zip_archive({members.rbegin(), members.rend()}))) == expected);
    CHECK(std::get<CsrMatrix>(matrix_of(zip_archive(members)).matrix).nonzeros() == 7);
    CHECK(rows_of(matrix_of(changed(members, "data.npy", matrix("<f4", false, 3, 1, raw<float>({9, 4, 7}))))) ==
          Rows{{4, 0, 0, 0}, {7, 0, 0, 0}, {0, 0, 0, 0}});
    const auto far = npy_file("<i8", false, "(3,)", raw<std::int64_t>({INT64_MIN, 0, INT64_MAX}));
    CHECK(rows_of(matrix_of(changed(members, "offsets.npy", far))) == Rows{{4, 0, 0, 0}, {0, 5, 0, 0}, {0, 0, 0, 0}});
    const auto large = matrix("<f8", false, 3, 2, raw<double>({1e9 + 64, 0, 1e9, 1e9 + 192, 1e9 + 128, 1e9}));
    CHECK(rows_of(matrix_of(changed(members, "data.npy", large), {.offsets = true})) ==
          Rows{{1e9F, 0, 0, 0}, {1e9F + 128, 1e9F + 192, 0, 0}, {0, 1e9F, 0, 0}});
    CHECK(refusal_of(changed(members, "offsets.npy", integers({0})))
              .starts_with("test: found offsets and data of different lengths among "));
    CHECK(refusal_of(changed(members, "offsets.npy", "")).starts_with("test: found the arrays "));
}

TEST_CASE("blocks are read, without the zeros that fill them up") {
    const std::string blocks = npy_file("<i4", false, "(3, 1, 2)", raw<std::int32_t>({1, 0, 0, 2, 3, 4}));
    const Members members = {{"indices.npy", integers({0, 1, 0})},
                             {"indptr.npy", integers({0, 2, 3})},
                             {"format.npy", text("bsr")},
                             {"shape.npy", shape(2, 4)},
                             {"data.npy", blocks}};

    const MatrixFile file = matrix_of(zip_archive(members));
    CHECK(rows_of(file) == Rows{{1, 0, 0, 2}, {3, 4, 0, 0}});
    CHECK(std::get<CsrMatrix>(file.matrix).nonzeros() == 4);
    CHECK(refusal_of(changed(members, "shape.npy", shape(2, 3))).starts_with("test: found the arrays "));
    CHECK(refusal_of(changed(members, "data.npy", floats({1, 2, 3}))).starts_with("test: found the arrays "));
    CHECK(refusal_of(changed(members, "indices.npy", integers({0, 2, 0}))) ==
          "test: found an entry at row 0, column 2 (from 0), expected it within 2 x 4");
}

TEST_CASE("coordinates in one array are read, of SciPy with a format and of PyData without") {
    const Rows expected = {{0, 0, 5}, {6, 0, 0}};
    const Members members = {{"shape.npy", shape(2, 3)},
                             {"data.npy", floats({6, 5})},
                             {"coords.npy", matrix("<i8", false, 2, 2, raw<std::int64_t>({1, 0, 0, 2}))}};
    Members named = members;
    named.push_back({"format.npy", text("coo")});
    Members filled = members;
    filled.push_back({"fill_value.npy", npy_file("<f8", false, "()", raw<double>({0}))});

    for (const Members& each : {members, named, filled}) {
        CHECK(matrix_of(zip_archive(each)).is_sparse());
        CHECK(rows_of(matrix_of(zip_archive(each))) == expected);
        CHECK(rows_of(matrix_of(zip_archive({each.rbegin(), each.rend()}))) == expected);
    }
    const auto columns_first = matrix("<i8", true, 2, 2, raw<std::int64_t>({1, 0, 0, 2}));
    CHECK(rows_of(matrix_of(changed(members, "coords.npy", columns_first))) == expected);
    filled.back().second = npy_file("<f8", false, "()", raw<double>({2}));
    CHECK(refusal_of(zip_archive(filled)) ==
          "test: found a sparse matrix whose entries are 2.000000 where none is stored, expected 0");
    CHECK(refusal_of(changed(members, "coords.npy", matrix("<i8", false, 3, 2, std::string(48, '\0')))) ==
          "test: found a sparse array of 3 extents, expected two");
    CHECK(refusal_of(changed(named, "coords.npy", matrix("<i8", false, 2, 1, std::string(16, '\0'))))
              .starts_with("test: found coords and data of different lengths among "));
}

TEST_CASE("PyData's compressed arrays are read by the axis that they name") {
    Members members = csr_members();
    members[2] = {"compressed_axes.npy", integers({0})};
    CHECK(rows_of(matrix_of(zip_archive(members))) == Rows{{1, 0, 2}, {0, 0, 3}});

    members[2] = {"compressed_axes.npy", integers({1})};
    members[3] = {"shape.npy", shape(3, 2)};
    CHECK(rows_of(matrix_of(zip_archive(members))) == Rows{{1, 0}, {0, 0}, {2, 3}});
}

TEST_CASE("an array that is only called like a part of a sparse matrix is dense") {
    const std::string places = matrix("<i4", true, 2, 3, raw<std::int32_t>({1, 2, 3, 4, 5, 6}));

    CHECK(rows_of(matrix_of(zip_archive({{"coords.npy", places}}))) == Rows{{1, 3, 5}, {2, 4, 6}});
    const MatrixFile far = matrix_of(
        zip_archive({{"coords.npy", matrix("<i8", false, 2, 1, raw<std::int64_t>({1000000001, 1000000003}))}}),
        {.offsets = true});
    REQUIRE(far.offset.size() == 1);
    CHECK(rows_of(far) == Rows{{-1}, {1}});
    CHECK(rows_of(matrix_of(zip_archive({{"coords.npy", places}, {"data.npy", floats({1})}}))) ==
          Rows{{1, 3, 5}, {2, 4, 6}});
    CHECK(rows_of(matrix_of(zip_archive({{"data.npy", two_by_two}, {"format.npy", text("png")}}))) ==
          Rows{{1, 2}, {3, 4}});
    CHECK(refusal_of(zip_archive({{"coords.npy", places}, {"x.npy", two_by_two}}))
              .starts_with("test: found 2 arrays of two extents"));
}

TEST_CASE("an array of two extents beside the parts of a sparse matrix does not stand for it") {
    Members members = csr_members();
    members.push_back({"extra.npy", two_by_two});

    CHECK(rows_of(matrix_of(zip_archive(members))) == Rows{{1, 0, 2}, {0, 0, 3}});
    CHECK(rows_of(matrix_of(zip_archive(members), {.array = "extra"})) == Rows{{1, 2}, {3, 4}});
}

TEST_CASE("arrays of a sparse matrix that do not fit each other are errors") {
    CHECK(refusal_of(changed(csr_members(), "format.npy", text("dok"))) ==
          "test: found a sparse matrix in the format \"dok\", expected bsr, coo, csc, csr or dia");
    CHECK(refusal_of(changed(csr_members(), "indptr.npy", "")) ==
          "test: found the arrays indices (3), format (a single value), shape (2), data (3), expected the arrays of a "
          "sparse matrix in the format csr: data, indices, indptr, and a shape of two extents");
    CHECK(refusal_of(changed(csr_members(), "indptr.npy", floats({0, 2, 3}))).starts_with("test: found the arrays "));
    const std::string offsets =
        "test: found offsets in indptr that do not rise from 0 to the 3 entries in 2 steps, expected these";
    CHECK(refusal_of(changed(csr_members(), "indptr.npy", integers({0, 4, 3}))) == offsets);
    CHECK(refusal_of(changed(csr_members(), "indptr.npy", integers({0, 3}))) == offsets);
    CHECK(refusal_of(changed(csr_members(), "indptr.npy", integers({-1, 2, 3}))) == offsets);
    CHECK(refusal_of(changed(csr_members(), "indptr.npy", integers({0, 2, 9}))) == offsets);
    CHECK(refusal_of(changed(csr_members(), "indices.npy", integers({0, 3, 2}))) ==
          "test: found an entry at row 0, column 3 (from 0), expected it within 2 x 3");
    CHECK(refusal_of(changed(csr_members(), "indices.npy", integers({0, -1, 2}))) ==
          "test: found an entry at row 0, column -1 (from 0), expected it within 2 x 3");
    CHECK(refusal_of(changed(csr_members(), "data.npy", floats({1, 2})))
              .starts_with("test: found indices and data of different lengths among "));
    CHECK(refusal_of(changed(csr_members(), "shape.npy", shape(-2, 3)))
              .starts_with("test: found a sparse matrix of -2 x 3"));
    CHECK(refusal_of(changed(csr_members(), "shape.npy", shape(2, 3000000000)))
              .starts_with("test: found a sparse matrix of 2 x 3000000000"));
    CHECK(refusal_of(changed(csr_members(), "shape.npy", integers({2}))).starts_with("test: found the arrays "));
    CHECK(refusal_of(changed(csr_members(), "data.npy", floats({1, HUGE_VALF, 3})))
              .starts_with("test: data.npy: found the entry \"inf\""));
}

TEST_CASE("an archive cut anywhere before its directory, or changed, is refused") {
    for (const ZipKind kind : {ZipKind::stored, ZipKind::deflated, ZipKind::deflated_with_descriptor}) {
        const std::string archive = zip_archive({{"x.npy", two_by_two}}, kind);
        for (std::size_t size = 4; size < archive.size() - 18; ++size) {
            CHECK_FALSE(refusal_of(std::string_view(archive).substr(0, size)).empty());
        }
        std::string damaged = archive;
        const std::size_t last = archive.size() - 22 - (kind == ZipKind::deflated_with_descriptor ? 16 : 0) - 6;
        damaged[last] = static_cast<char>(damaged[last] ^ 1);
        CHECK_FALSE(refusal_of(damaged).empty());
    }
}

TEST_CASE("members that are encrypted, packed in other ways or of unknown size are refused by name") {
    std::string archive = zip_archive({{"x.npy", two_by_two}});

    archive[6] = 1;
    CHECK(refusal_of(archive) == "test: x.npy: found an encrypted member, expected a plain one");
    archive[6] = 8;
    CHECK(refusal_of(archive) == "test: x.npy: found a stored member of unknown size");
    archive[6] = 0;
    archive[8] = 14;
    CHECK(refusal_of(archive) == "test: x.npy: found the compression method 14, expected 0 (none) or 8 (deflate)");
    archive[8] = 0;
    archive[14] = static_cast<char>(archive[14] ^ 1);
    CHECK(refusal_of(archive) == "test: x.npy: found damaged data: its checksum is another");
}

}  // namespace
}  // namespace eckart::corpora
