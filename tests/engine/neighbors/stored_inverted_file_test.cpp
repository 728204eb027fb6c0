#include "engine/neighbors/stored_inverted_file.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tests/engine/matrix/random_matrices.h"
#include "tests/engine/neighbors/all_scores.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

StoreReader stored(const std::string& path, const InvertedFile& file) {
    StoreWriter writer = StoreWriter::begin(path);
    write_inverted_file(file, writer, "part");
    writer.publish("test");
    return StoreReader::open(path);
}

/// What opening `file` says once `change` was made to it.
template <class Change>
bool refused(const DenseMatrix& x, InvertedFile file, const Change& change) {
    const TemporaryFolder folder;
    change(file);
    const StoreReader store = stored(folder / "store", file);
    try {
        const StoredInvertedFile opened(store, "part", file.similarity, x.rows(), x.cols());
    } catch (const DamagedError&) {
        return true;
    }
    return false;
}

}  // namespace

TEST_CASE("a stored file answers as the one that was written") {
    const DenseMatrix x = random_panel<float>(400, 9, 1), queries = random_panel<float>(20, 9, 2);
    for (const Similarity similarity : every) {
        for (const std::int64_t bytes : {0, 4}) {
            for (const std::int64_t rotations : {0, 2}) {
                const TemporaryFolder folder;
                const InvertedFile file =
                    inverted_file(x, similarity, {.cells = 20, .code_bytes = bytes, .rotations = rotations});
                const StoreReader store = stored(folder / "store", file);

                const StoredInvertedFile opened(store, "part", similarity, 400, 9);

                const ProbeOptions probing = {.probes = 5, .reranked = 2};
                CHECK(probed_by_each(opened.view(), x, queries, 10, probing) ==
                      probed_by_each(view(file), x, queries, 10, probing));
                CHECK(opened.method() == (bytes > 0 ? NeighborMethod::ivf_pq : NeighborMethod::ivf));
                CHECK(StoredInvertedFile::is_in(store, "part"));
                CHECK_FALSE(StoredInvertedFile::is_in(store, "other"));
            }
        }
    }
}

TEST_CASE("a file without cells can be stored") {
    const TemporaryFolder folder;
    const DenseMatrix zeros = DenseMatrix::Zero(5, 3), query = DenseMatrix::Ones(1, 3);
    const StoreReader store = stored(folder / "store", inverted_file(zeros, Similarity::cosine));

    const StoredInvertedFile opened(store, "part", Similarity::cosine, 5, 3);

    CHECK(probed(opened.view(), zeros, {query.data(), 3}, 4).empty());
}

TEST_CASE("arrays that do not fit each other are refused") {
    const DenseMatrix x = random_panel<float>(60, 4, 3);
    const InvertedFile plain = inverted_file(x, Similarity::distance, {.cells = 5});
    const InvertedFile coded = inverted_file(x, Similarity::cosine, {.cells = 5, .code_bytes = 2, .rotations = 1});

    CHECK_FALSE(refused(x, plain, [](InvertedFile&) {}));
    CHECK_FALSE(refused(x, coded, [](InvertedFile&) {}));
    CHECK(refused(x, plain, [](InvertedFile& file) { file.rows[3] = 60; }));
    CHECK(refused(x, plain, [](InvertedFile& file) { file.rows[3] = -1; }));
    CHECK(refused(x, plain, [](InvertedFile& file) { file.rows.pop_back(); }));
    CHECK(refused(x, plain, [](InvertedFile& file) { file.cell_offsets[2] = 61; }));
    CHECK(refused(x, plain, [](InvertedFile& file) { file.cell_offsets.pop_back(); }));
    CHECK(refused(x, plain, [](InvertedFile& file) { file.offsets.pop_back(); }));
    CHECK(refused(x, plain, [](InvertedFile& file) { file.centroids = random_panel<float>(5, 3, 1); }));
    CHECK(refused(x, coded, [](InvertedFile& file) { file.codes(7, 1) = 200; }));
    CHECK(refused(x, coded, [](InvertedFile& file) { file.quantizer.bounds[1] = 9; }));
    CHECK(refused(x.topRows(59), plain, [](InvertedFile&) {}));
}

TEST_CASE("methods have names") {
    for (const auto method :
         {NeighborMethod::automatic, NeighborMethod::exact, NeighborMethod::ivf, NeighborMethod::ivf_pq}) {
        CHECK(parse_neighbor_method(name(method)) == method);
    }
    CHECK_THROWS_AS(parse_neighbor_method("faiss"), UsageError);
}
