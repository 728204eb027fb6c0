#include "engine/storage/mapped_file.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "engine/support/error.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::testing;

TEST_CASE("a mapped file shows the bytes of the file") {
    const TemporaryFolder folder;
    write_bytes(folder / "a", "seven\n!");

    const MappedFile file(folder / "a");

    REQUIRE(file.bytes().size() == 7);
    CHECK(std::string(reinterpret_cast<const char*>(file.bytes().data()), 7) == "seven\n!");
    CHECK(file.path() == folder / "a");
}

TEST_CASE("an empty file is mapped as no bytes") {
    const TemporaryFolder folder;
    write_bytes(folder / "empty", "");

    CHECK(MappedFile(folder / "empty").bytes().empty());
}

TEST_CASE("a mapping that is moved keeps its place in memory") {
    const TemporaryFolder folder;
    write_bytes(folder / "a", "x");
    MappedFile first(folder / "a");
    const std::byte* place = first.bytes().data();

    MappedFile second(std::move(first));
    MappedFile third;
    third = std::move(second);

    CHECK(third.bytes().data() == place);
    CHECK(third.path() == folder / "a");
}

TEST_CASE("a mapping survives the removal of its file") {
    const TemporaryFolder folder;
    write_bytes(folder / "a", "x");
    const MappedFile file(folder / "a");

    std::filesystem::remove(folder / "a");

    CHECK(file.bytes()[0] == std::byte{'x'});
}

TEST_CASE("what cannot be mapped is named") {
    const TemporaryFolder folder;
    const auto absent = folder / "absent";

    CHECK(message_of<InputError>([&] { MappedFile file(absent); }) ==
          absent + ": cannot be opened: No such file or directory");
    CHECK(message_of<InputError>([&] { MappedFile file(folder.path()); }) == folder.path() + ": is not a regular file");
}
