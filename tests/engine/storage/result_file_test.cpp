#include "engine/storage/result_file.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine/support/error.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::testing;
namespace fs = std::filesystem;

namespace {

std::size_t files_in(const std::string& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("what stood at the path stays until the file is finished") {
    const TemporaryFolder folder;
    write_bytes(folder / "rows", "old\n");

    ResultFile file(folder / "rows");
    file.line("one");
    file.line("two");
    CHECK(read_bytes(folder / "rows") == "old\n");
    file.finish();

    CHECK(read_bytes(folder / "rows") == "one\ntwo\n");
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("a file that is not finished leaves nothing behind") {
    const TemporaryFolder folder;
    {
        ResultFile file(folder / "rows");
        file.line("one");
    }
    CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("a symbolic link stays, and the file it leads to is replaced") {
    const TemporaryFolder folder;
    write_bytes(folder / "target", "old\n");
    fs::create_symlink("target", folder / "link");

    ResultFile file(folder / "link");
    file.line("new");
    file.finish();

    CHECK(fs::is_symlink(folder / "link"));
    CHECK(read_bytes(folder / "target") == "new\n");
}

TEST_CASE("a device is written to as it is, and a full one is an error") {
    const std::string message = message_of<InputError>([] {
        ResultFile file("/dev/full");
        file.line("one");
        file.finish();
    });

    CHECK(message == "/dev/full: cannot be written: No space left on device");
    CHECK(fs::exists("/dev/full"));
    CHECK_THROWS_AS(ResultFile("/dev/null/rows"), InputError);
}
