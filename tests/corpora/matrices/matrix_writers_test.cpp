#include "corpora/matrices/matrix_writers.h"

#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>

#include "corpora/matrices/matrix_scratch.h"
#include "engine/support/error.h"
#include "engine/support/random.h"

namespace eckart::corpora {
namespace {

using Rows = std::vector<std::vector<float>>;

/// Numbers of all magnitudes, some of them whole, the extremes of float32 among them.
DenseMatrix awkward_matrix() {
    const Philox random(5);
    DenseMatrix matrix(7, 4);
    for (Eigen::Index i = 0; i < matrix.size(); ++i) {
        const auto index = static_cast<std::uint64_t>(i);
        matrix.data()[i] = static_cast<float>(random.normal(index) * std::pow(10, static_cast<double>(i) - 14));
    }
    using Limits = std::numeric_limits<float>;
    matrix.row(0) << 0, -1, 16777216, 0.1F;
    matrix.row(1) << Limits::max(), Limits::lowest(), Limits::min(), Limits::denorm_min();
    return matrix;
}

std::string text_of(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
}

CsrMatrix awkward_sparse() {
    const DenseMatrix dense = awkward_matrix();
    return csr_from_entries(5, 6, {{0, 5, dense(3, 1)}, {3, 0, dense(1, 3)}, {3, 2, dense(2, 2)}, {4, 4, -7}});
}

TEST_CASE("what is written is read again to the same numbers") {
    const ScratchFolder folder;
    const DenseMatrix matrix = awkward_matrix();
    const Ids ids = {"a", "b, \"c\"", "3", "d\ne", "", "f", "g"};
    write_word_vectors(folder.path("m.vec"), matrix, ids);
    write_npy_matrix(folder.path("m.npy"), matrix);
    write_matrix_csv(folder.path("m.csv"), matrix, ids);
    write_matrix_csv(folder.path("plain.csv"), matrix);
    write_projector_vectors(folder.path("vectors.tsv"), matrix);
    write_matrix_market(folder.path("m.mtx"), matrix);

    for (const std::string name : {"m.vec", "m.npy", "m.csv", "plain.csv", "vectors.tsv", "m.mtx"}) {
        CAPTURE(name);
        CHECK(std::get<DenseMatrix>(read_matrix(folder.path(name)).matrix) == matrix);
    }
    CHECK(read_matrix(folder.path("m.csv")).row_ids == ids);
    CHECK(read_matrix(folder.path("m.vec")).row_ids == Ids{"a", "b,_\"c\"", "3", "d_e", "_", "f", "g"});
}

TEST_CASE("a sparse matrix is written entry by entry and read again as it was") {
    const ScratchFolder folder;
    const CsrMatrix matrix = awkward_sparse();
    write_matrix_market(folder.path("s.mtx"), matrix);

    const MatrixFile file = read_matrix(folder.path("s.mtx"));
    const auto& read = std::get<CsrMatrix>(file.matrix);
    CHECK(file.rows() == 5);
    CHECK(file.cols() == 6);
    CHECK(read.row_offsets == matrix.row_offsets);
    CHECK(read.column_indices == matrix.column_indices);
    CHECK(read.values == matrix.values);
}

TEST_CASE("files are what the other programs expect, to the byte") {
    const ScratchFolder folder;
    DenseMatrix matrix(2, 2);
    matrix << 1, -0.5F, 1e20F, 0.1F;
    const Ids names = {"red wine", "x,y"}, titles = {"Red\twine", "b"}, columns = {"p", "q"};
    write_word_vectors(folder.path("w"), matrix, names);
    write_matrix_csv(folder.path("c"), matrix, names, columns);
    write_matrix_csv(folder.path("h"), matrix, {}, columns);
    write_projector_vectors(folder.path("v"), matrix);
    write_projector_metadata(folder.path("n"), names);
    write_projector_metadata(folder.path("t"), names, titles);
    write_matrix_market(folder.path("a"), matrix);
    write_matrix_market(folder.path("s"), csr_from_entries(2, 3, {{1, 2, 1.5F}}));

    CHECK(text_of(folder.path("w")) == "2 2\nred_wine 1 -0.5\nx,y 1e+20 0.1\n");
    CHECK(text_of(folder.path("c")) == "id,p,q\nred wine,1,-0.5\n\"x,y\",1e+20,0.1\n");
    CHECK(text_of(folder.path("h")) == "p,q\n1,-0.5\n1e+20,0.1\n");
    CHECK(text_of(folder.path("v")) == "1\t-0.5\n1e+20\t0.1\n");
    CHECK(text_of(folder.path("n")) == "red wine\nx,y\n");
    CHECK(text_of(folder.path("t")) == "name\ttitle\nred wine\tRed wine\nx,y\tb\n");
    CHECK(text_of(folder.path("a")) == "%%MatrixMarket matrix array real general\n2 2\n1\n1e+20\n-0.5\n0.1\n");
    CHECK(text_of(folder.path("s")) == "%%MatrixMarket matrix coordinate real general\n2 3 1\n2 3 1.5\n");
}

TEST_CASE("rows that lie apart in memory are written as they are") {
    const ScratchFolder folder;
    const DenseMatrix matrix = awkward_matrix();
    write_npy_matrix(folder.path("m.npy"), matrix.middleCols(1, 2));

    CHECK(std::get<DenseMatrix>(read_matrix(folder.path("m.npy")).matrix) == matrix.middleCols(1, 2));
}

TEST_CASE("names that do not fit, numbers that are not finite and files that cannot be made are errors") {
    const ScratchFolder folder;
    DenseMatrix matrix = DenseMatrix::Ones(2, 2);
    const Ids one = {"a"}, two = {"a", "b"};

    CHECK_THROWS_AS(write_word_vectors(folder.path("x"), matrix, one), UsageError);
    CHECK_THROWS_AS(write_matrix_csv(folder.path("x"), matrix, one), UsageError);
    CHECK_THROWS_AS(write_matrix_csv(folder.path("x"), matrix, two, one), UsageError);
    CHECK_THROWS_AS(write_projector_metadata(folder.path("x"), two, one), UsageError);
    CHECK_THROWS_AS(write_npy_matrix(folder.path("nowhere/x"), matrix), InputError);
    matrix(1, 0) = std::numeric_limits<float>::quiet_NaN();
    CHECK_THROWS_AS(write_npy_matrix(folder.path("x"), matrix), UsageError);
    CHECK_THROWS_AS(write_word_vectors(folder.path("x"), matrix, two), UsageError);
    CHECK_THROWS_AS(write_matrix_market(folder.path("x"), matrix), UsageError);
    CHECK_THROWS_AS(write_matrix_market(folder.path("x"), csr_from_entries(1, 1, {{0, 0, INFINITY}})), UsageError);
}

TEST_CASE("writing can be interrupted") {
    const ScratchFolder folder;
    const Progress stopped({}, [] { return true; });
    const DenseMatrix matrix = awkward_matrix();

    CHECK_THROWS_AS(write_npy_matrix(folder.path("x"), matrix, stopped), InterruptedError);
    CHECK_THROWS_AS(write_matrix_market(folder.path("x"), awkward_sparse(), stopped), InterruptedError);
}

}  // namespace
}  // namespace eckart::corpora
