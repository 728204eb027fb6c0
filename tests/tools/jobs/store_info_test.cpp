#include "tools/jobs/store_info.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tests/tools/jobs/sample_stores.h"
#include "tools/jobs/clustering_store.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::testing;

namespace {

std::int64_t count_of(const StoreInfo& info, const std::string& name) {
    const auto found =
        std::find_if(info.sizes.begin(), info.sizes.end(), [&](const NamedCount& size) { return size.name == name; });
    REQUIRE(found != info.sizes.end());
    return found->count;
}

}  // namespace

TEST_CASE("an index says how many documents and terms it has") {
    const TemporaryFolder folder;
    const std::string index = sample_index(folder);

    const StoreInfo info = store_info(index, {});

    CHECK(name(info.kind) == "index");
    CHECK(info.path == index);
    CHECK(count_of(info, "documents") == 24);
    CHECK(count_of(info, "terms") >= count_of(info, "latent_terms"));
    CHECK(count_of(info, "nonzeros") > 24);
    CHECK(info.manifest_json.starts_with("{"));
}

TEST_CASE("a clustering says of what it is, and how many clusters and rows it has") {
    const TemporaryFolder folder;
    const Points points = read_points(sample_index(folder), "", {});
    ClusterFitOptions options;
    options.clusters = 3;
    save_clustering(folder / "groups", fit_clustering(points, options, {}), points, {});

    const StoreInfo info = store_info(folder / "groups", {});

    CHECK(name(info.kind) == "clustering");
    CHECK(info.of == "documents");
    CHECK(count_of(info, "clusters") == 3);
    CHECK(count_of(info, "rows") == 24);
}

TEST_CASE("a whole store is verified, and of a damaged one the file that has changed is named") {
    const TemporaryFolder folder;
    const std::string index = sample_index(folder);

    const VerifiedStore whole = verify_store(index, {});
    CHECK(whole.kind == "text-index");
    CHECK(whole.files > 5);
    CHECK(whole.generation.starts_with("gen-"));

    const std::string file = index + "/" + whole.generation + "/global_weights.npy";
    std::string bytes = read_bytes(file);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    write_bytes(file, bytes);
    CHECK(message_of<DamagedError>([&] { static_cast<void>(verify_store(index, {})); }).find("global_weights.npy") !=
          std::string::npos);
    CHECK_THROWS_AS(static_cast<void>(store_info(folder / "none", {})), InputError);
    CHECK_THROWS_AS(static_cast<void>(verify_store(folder / "none", {})), InputError);
}
