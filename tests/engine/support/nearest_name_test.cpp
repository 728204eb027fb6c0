#include "engine/support/nearest_name.h"

#include <doctest/doctest.h>

#include <vector>

using namespace eckart;

namespace {

const std::vector<std::string> names = {"search", "similar", "train", "tune", "Sci-Fi", "--output"};

}  // namespace

TEST_CASE("a name is near where few letters differ or it goes on") {
    CHECK(nearest_name("serch", names) == "search");
    CHECK(nearest_name("saerch", names) == "search");
    CHECK(nearest_name("sim", names) == "similar");
    CHECK(nearest_name("trian", names) == "train");
    CHECK(nearest_name("t", names).empty());
    CHECK(nearest_name("tun", names) == "tune");
    CHECK(nearest_name("scifi", names) == "Sci-Fi");
    CHECK(nearest_name("SEARCH", names) == "search");
    CHECK(nearest_name("--out", names) == "--output");
}

TEST_CASE("no name is near to a word that is like none") {
    CHECK(nearest_name("recommend", names).empty());
    CHECK(nearest_name("xy", names).empty());
    CHECK(nearest_name("search", {}).empty());
    CHECK(did_you_mean("recommend", names).empty());
}

TEST_CASE("of names that are as near the first is meant") {
    const std::vector<std::string> twins = {"tone", "tune"};

    CHECK(nearest_name("tane", twins) == "tone");
    CHECK(did_you_mean("tane", twins) == "; did you mean 'tone'?");
}
