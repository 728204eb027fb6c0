#include "engine/storage/output_file.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine/support/error.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::testing;

TEST_CASE("pieces of any size arrive in order") {
    const TemporaryFolder folder;
    std::string expected;
    OutputFile file(folder / "a");

    for (std::size_t size : {1u, 0u, 1000u, 300000u, 5u, 262144u, 262143u, 2u}) {
        const std::string piece(size, static_cast<char>('a' + size % 26));
        file.append(piece);
        expected += piece;
        CHECK(file.size() == expected.size());
    }
    file.close();

    CHECK(read_bytes(folder / "a") == expected);
}

TEST_CASE("bytes written before can be replaced, in the buffer or past it") {
    const TemporaryFolder folder;
    OutputFile file(folder / "a");
    file.append("head");
    file.replace(0, std::as_bytes(std::span("HEAD", 4)));
    file.append(std::string(300000, 'x'));
    file.replace(2, std::as_bytes(std::span("ll", 2)));
    file.append("tail");

    CHECK_THROWS_AS(file.replace(file.size(), std::as_bytes(std::span("x", 1))), UsageError);
    file.close();

    CHECK(read_bytes(folder / "a") == "HEll" + std::string(300000, 'x') + "tail");
}

TEST_CASE("a device without space left is named with the reason") {
    if (!std::filesystem::exists("/dev/full")) {
        MESSAGE("skipped: there is no /dev/full here");
        return;
    }
    OutputFile file("/dev/full");
    file.append("x");

    CHECK(message_of<InputError>([&] { file.close(); }) == "/dev/full: cannot be written: No space left on device");
}

TEST_CASE("a file that cannot be made is named") {
    const TemporaryFolder folder;

    CHECK(message_of<InputError>([&] { OutputFile file(folder / "no/a"); }) ==
          (folder / "no/a") + ": cannot be written: No such file or directory");
}
