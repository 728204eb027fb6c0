#include "tools/jobs/ratings/likes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "engine/support/error.h"

using namespace eckart::jobs;

namespace {

/// "Heat=5; Alien" for what was read where these are whole titles, and those parts of titles.
std::string read(const std::string& text, const std::set<std::string>& titles = {},
                 const std::set<std::string>& parts = {}) {
    std::string shown;
    const auto match_of = [&](const std::string& name) {
        if (titles.contains(name)) return TitleMatch::words;
        return parts.contains(name) ? TitleMatch::part : TitleMatch::none;
    };
    for (const NamedRating& rating : parse_likes(text, match_of)) {
        shown += (shown.empty() ? "" : "; ") + rating.item;
        if (rating.value) shown.append("=").append(std::to_string(*rating.value), 0, 3);
    }
    return shown;
}

}  // namespace

TEST_CASE("items are parted by commas and rated after the last equals sign") {
    CHECK(read("Heat (1995)=5, Alien=4") == "Heat (1995)=5.0; Alien=4.0");
    CHECK(read(" Heat = 4.5 ") == "Heat=4.5");
    CHECK(read("Heat, Alien") == "Heat; Alien");
    CHECK(read("E=mc2=3") == "E=mc2=3.0");
    CHECK(read("E=mc2") == "E=mc2");
}

TEST_CASE("a title keeps its commas") {
    const std::set<std::string> known = {"Good, the Bad and the Ugly, The", "Alien", "Good"};

    CHECK(read("Good, the Bad and the Ugly, The=5, Alien=4", known) ==
          "Good, the Bad and the Ugly, The=5.0; Alien=4.0");
    CHECK(read("Alien, Good, the Bad and the Ugly, The", known) == "Alien; Good, the Bad and the Ugly, The");
    CHECK(read("Good, Alien=4", known) == "Good; Alien=4.0");
    CHECK(read("Godo, the Bad=5, Alien=4", known) == "Godo, the Bad=5.0; Alien=4.0");
}

TEST_CASE("a whole title goes before a longer part of one") {
    CHECK(read("Good, the Bad=5, Alien=4", {}, {"Good", "Good, the Bad"}) == "Good, the Bad=5.0; Alien=4.0");
    CHECK(read("Batman, Robin=5", {"Batman"}, {"Batman, Robin"}) == "Batman; Robin=5.0");
    CHECK(read("Lord of the Rings, Alien", {"Alien"}, {"Lord of the Rings"}) == "Lord of the Rings; Alien");
}

TEST_CASE("a title that ends like a rating is taken whole where it is known") {
    CHECK(read("1+1=2", {"1+1=2"}) == "1+1=2");
    CHECK(read("1+1=2=5", {"1+1=2"}) == "1+1=2=5.0");
}

TEST_CASE("quotes make a name of anything") {
    CHECK(read(R"("1+1=2, or ""not""" = 3, "Heat", Alien=4)") == "1+1=2, or \"not\"=3.0; Heat; Alien=4.0");
    CHECK(parse_likes(R"("x")", {}).at(0).item == "x");
}

TEST_CASE("what cannot be read is refused") {
    for (const char* text : {"", ",", "Heat=5,", "=5", "\"Heat", "\"Heat\"5", "\"\"=5", "Heat=5,,Alien=4"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(read(text), eckart::UsageError);
    }
}

TEST_CASE("lines need no rule for commas") {
    const std::vector<std::string> lines = {"Good, the Bad and the Ugly, The=5", "Heat", "Alien = 4"};

    const auto ratings = parse_like_lines(lines);

    REQUIRE(ratings.size() == 3);
    CHECK(ratings[0].item == "Good, the Bad and the Ugly, The");
    CHECK(ratings[0].value == 5);
    CHECK(ratings[1].item == "Heat");
    CHECK(!ratings[1].value);
    CHECK(ratings[2].value == 4);
}
