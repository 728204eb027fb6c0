#include "tools/jobs/stores/store_info.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine/support/error.h"
#include "tests/tools/jobs/small_collection.h"
#include "tools/jobs/clusters/clustering_store.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::jobs::testing;

TEST_CASE("a store says what it is, and that it is whole") {
    const SmallCollection small;

    const StoreInfo info = store_info(small.index, Work());
    const VerifiedStore verified = verify_store(small.index, Work());

    CHECK(info.kind == StoreKind::index);
    CHECK(info.sizes.front().name == "documents");
    CHECK(info.sizes.front().count > 0);
    CHECK(info.manifest_json.find("\"documents\"") != std::string::npos);
    CHECK(verified.generation == "gen-000001");
    CHECK(verified.kind == "text-index");
    CHECK(verified.files > 10);
}

TEST_CASE("a changed byte is found by verifying alone, and what is no store is refused") {
    const SmallCollection small;
    const std::string texts = small.index + "/gen-000001/text.npy";
    std::string bytes = eckart::testing::read_bytes(texts);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    write_bytes(texts, bytes);

    CHECK(store_info(small.index, Work()).kind == StoreKind::index);
    CHECK(message_of<DamagedError>([&] { (void)verify_store(small.index, Work()); }).find("text.npy") !=
          std::string::npos);
    for (const std::string& path : {small.folder / "nowhere", small.folder.path(), small.source}) {
        CAPTURE(path);
        CHECK_THROWS_AS((void)store_info(path, Work()), InputError);
        CHECK_THROWS_AS((void)verify_store(path, Work()), InputError);
    }
}

TEST_CASE("a clustering says what it is of, and how many clusters and rows it has") {
    const SmallCollection small;
    const Points points = read_points(small.index, "", Work());
    ClusterFitOptions options;
    options.clusters = 2;
    save_clustering(small.folder / "groups", fit_clustering(points, options, Work()), points, Work());

    const StoreInfo info = store_info(small.folder / "groups", Work());

    CHECK(info.kind == StoreKind::clustering);
    CHECK(info.of == "documents");
    REQUIRE(info.sizes.size() == 2);
    CHECK(info.sizes[0].name == "clusters");
    CHECK(info.sizes[0].count == 2);
    CHECK(info.sizes[1].count == 6);
}
