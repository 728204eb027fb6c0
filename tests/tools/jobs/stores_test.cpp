#include "tools/jobs/stores.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine/support/error.h"
#include "tests/tools/jobs/small_collection.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::jobs::testing;

TEST_CASE("a store says what it is, and that it is whole") {
    const SmallCollection small;

    const StoreSummary summary = store_summary(small.index, Work()), verified = verified_store(small.index, Work());

    CHECK(summary.kind == "text-index");
    CHECK(summary.generation == "gen-000001");
    CHECK(summary.files > 10);
    CHECK(summary.manifest.find("\"documents\"") != std::string::npos);
    CHECK(verified.manifest == summary.manifest);
}

TEST_CASE("a changed byte is found by verifying alone, and what is no store is refused") {
    const SmallCollection small;
    const std::string texts = small.index + "/gen-000001/text.npy";
    std::string bytes = eckart::testing::read_bytes(texts);
    bytes.back() = static_cast<char>(bytes.back() ^ 1);
    write_bytes(texts, bytes);

    CHECK(store_summary(small.index, Work()).kind == "text-index");
    CHECK(message_of<DamagedError>([&] { verified_store(small.index, Work()); }).find("text.npy") != std::string::npos);
    for (const std::string& path : {small.folder / "nowhere", small.folder.path(), small.source}) {
        CAPTURE(path);
        CHECK_THROWS_AS(store_summary(path, Work()), InputError);
        CHECK_THROWS_AS(verified_store(path, Work()), InputError);
    }
}
