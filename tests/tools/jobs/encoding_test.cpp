#include "tools/jobs/points/encoding.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine/support/error.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tests/tools/jobs/small_collection.h"
#include "tools/jobs/points/points.h"
#include "tools/jobs/stores/store_info.h"

using namespace eckart;
using namespace eckart::jobs;
using eckart::jobs::testing::SmallCollection;
using eckart::testing::read_bytes;
using eckart::testing::TemporaryFolder;
using eckart::testing::write_bytes;

namespace {

const EncodingOptions small_network = {.rank = 3, .layers = {8}, .epochs = 15, .batch = 8};

std::string table() {
    std::string text;
    for (int row = 0; row < 40; ++row) {
        text.append("row").append(std::to_string(row));
        for (int column = 0; column < 6; ++column) {
            text.append(",").append(std::to_string((row % 4 == column % 4 ? 3 : 0) + 0.01 * row * column));
        }
        text.append("\n");
    }
    return text;
}

}  // namespace

TEST_CASE("rows of a file are encoded under their names, the same for any number of threads") {
    const TemporaryFolder folder;
    write_bytes(folder / "x.csv", table());

    const Encoding made = encode_rows(folder / "x.csv", folder / "one", small_network, {.threads = 1});
    static_cast<void>(encode_rows(folder / "x.csv", folder / "three", small_network, {.threads = 3}));

    CHECK(made.rows == 40);
    CHECK(made.columns == 6);
    CHECK(made.rank == 3);
    CHECK(made.epochs == 15);
    CHECK(made.last_loss < made.first_loss);
    CHECK(read_bytes(folder / "one/codes.npy") == read_bytes(folder / "three/codes.npy"));
    const Points codes = read_points(folder / "one/codes.npy", "", {});
    CHECK(codes.size() == 40);
    CHECK(codes.ids.at(7) == "row7");
}

TEST_CASE("an index keeps its codes, and all that it had") {
    const SmallCollection collection;
    const std::string index = collection.index;
    const StoreInfo before = store_info(index, {});

    const Encoding made = encode_index(index, small_network, {});

    CHECK(made.rows == 6);
    CHECK(read_points(index, "codes", {}).width() == 3);
    const StoreInfo after = store_info(index, {});
    REQUIRE(after.sizes.size() == before.sizes.size());
    for (std::size_t i = 0; i < after.sizes.size(); ++i) CHECK(after.sizes[i].count == before.sizes[i].count);
    CHECK(verify_store(index, {}).files > 0);
    CHECK_THROWS_AS(static_cast<void>(encode_index(collection.folder / "none.idx", small_network, {})), InputError);
}

TEST_CASE("documents of an index can be encoded into a folder, which leaves the index alone") {
    const SmallCollection collection;
    const std::string index = collection.index;
    const std::string generation = verify_store(index, {}).generation;

    CHECK(encode_rows(index, collection.folder / "codes", small_network, {}).rows == 6);

    CHECK(verify_store(index, {}).generation == generation);
    CHECK(read_bytes(collection.folder / "codes/codes_ids.csv").starts_with("id,title\n"));
}

TEST_CASE("what cannot be encoded is refused, and leaves no folder") {
    const TemporaryFolder folder;
    write_bytes(folder / "x.csv", table());
    EncodingOptions options = small_network;
    options.dropout = 1;
    CHECK_THROWS_AS(static_cast<void>(encode_rows(folder / "x.csv", folder / "o", options, {})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(encode_rows(folder / "x.csv", folder / "o", small_network, {.memory = {1}})),
                    MemoryError);
    CHECK_THROWS_AS(static_cast<void>(parse_encoding_method("magic")), UsageError);

    CHECK(parse_encoding_method("variational") == EncodingMethod::variational);
    CHECK_FALSE(std::filesystem::exists(folder / "o"));
}
