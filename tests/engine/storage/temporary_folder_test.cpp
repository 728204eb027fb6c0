#include "engine/storage/temporary_folder.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "engine/support/error.h"

namespace fs = std::filesystem;
using eckart::TemporaryFolder;

TEST_CASE("a temporary folder is new, lies where it was asked for, and goes with all in it") {
    std::string path;
    {
        const TemporaryFolder outer;
        const TemporaryFolder one(outer.path()), two(outer.path());
        path = outer.path();
        CHECK(one.path() != two.path());
        CHECK(fs::path(one.path()).parent_path() == outer.path());
        CHECK(fs::is_empty(one.path()));
        fs::create_directories(one / "a/b");
        std::ofstream(one / "a/b/file") << "x";
        CHECK(fs::exists(path));
    }
    CHECK_FALSE(fs::exists(path));
}

TEST_CASE("a folder that cannot be created is an error that names it") {
    CHECK_THROWS_AS(TemporaryFolder("/dev/null"), eckart::InputError);
}
