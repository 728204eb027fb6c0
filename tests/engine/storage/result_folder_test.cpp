#include "engine/storage/result_folder.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine/support/error.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::testing;
namespace fs = std::filesystem;

TEST_CASE("files of a folder are replaced together, and others stay") {
    const TemporaryFolder folder;
    fs::create_directory(folder / "out");
    write_bytes(folder / "out/a", "old");
    write_bytes(folder / "out/other", "mine");

    ResultFolder results(folder / "out");
    write_bytes(results.file("a"), "new a");
    write_bytes(results.file("b"), "new b");
    CHECK(read_bytes(folder / "out/a") == "old");
    CHECK_FALSE(fs::exists(folder / "out/b"));
    results.finish();

    CHECK(read_bytes(folder / "out/a") == "new a");
    CHECK(read_bytes(folder / "out/b") == "new b");
    CHECK(read_bytes(folder / "out/other") == "mine");
    CHECK(std::distance(fs::directory_iterator(folder / "out"), fs::directory_iterator()) == 3);
    CHECK(results.names() == std::vector<std::string>{"a", "b"});
}

TEST_CASE("a folder that is not finished is as it was before, or gone if it is new") {
    const TemporaryFolder folder;
    {
        ResultFolder results(folder / "new");
        write_bytes(results.file("a"), "half");
    }
    CHECK_FALSE(fs::exists(folder / "new"));
    write_bytes(folder / "file", "");
    CHECK_THROWS_AS(ResultFolder(folder / "file"), InputError);
}
