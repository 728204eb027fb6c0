#include "recsys/serving/item_filter.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"

using namespace eckart::recsys;

namespace {

const ItemTraits comedy = {.year = 1994, .categories = {"Comedy", "Romance"}};
const ItemTraits horror = {.year = 2005, .categories = {"Horror"}};
const ItemTraits nothing = {};

}  // namespace

TEST_CASE("every only must hold, no not may, and commas part alternatives") {
    CHECK(ItemFilter({"comedy"}, {}).keeps(comedy));
    CHECK_FALSE(ItemFilter({"comedy"}, {}).keeps(horror));
    CHECK(ItemFilter({"comedy", "ROMANCE"}, {}).keeps(comedy));
    CHECK_FALSE(ItemFilter({"comedy", "horror"}, {}).keeps(comedy));
    CHECK(ItemFilter({"horror, comedy"}, {}).keeps(comedy));
    CHECK_FALSE(ItemFilter({}, {"romance"}).keeps(comedy));
    CHECK_FALSE(ItemFilter({"comedy"}, {"war,romance"}).keeps(comedy));
    CHECK(ItemFilter({"comedy"}, {"horror"}).keeps(comedy));
}

TEST_CASE("years are single, spans, or open at an end") {
    for (const char* text : {"1994", "1990-1999", "1994-", "-1994", "1994-1994", "2000-,1990-1995"}) {
        CAPTURE(text);
        CHECK(ItemFilter({text}, {}).keeps(comedy));
    }
    for (const char* text : {"1995", "1995-1999", "1995-", "-1993"}) {
        CAPTURE(text);
        CHECK_FALSE(ItemFilter({text}, {}).keeps(comedy));
    }
}

TEST_CASE("an item of which nothing is known is in no category and no year") {
    CHECK_FALSE(ItemFilter({"comedy"}, {}).keeps(nothing));
    CHECK_FALSE(ItemFilter({"-1999"}, {}).keeps(nothing));
    CHECK(ItemFilter({}, {"comedy", "1990-"}).keeps(nothing));
    CHECK(ItemFilter({}, {}).keeps(nothing));
    CHECK(ItemFilter({}, {}).empty());
}

TEST_CASE("a category with a dash or digits is no span of years") {
    const ItemTraits item = {.year = {}, .categories = {"Sci-Fi", "3-D"}};

    CHECK(ItemFilter({"sci-fi"}, {}).keeps(item));
    CHECK(ItemFilter({"3-d"}, {}).keeps(item));
}

TEST_CASE("conditions that cannot be met by anything are refused") {
    CHECK_THROWS_AS(ItemFilter({""}, {}), eckart::UsageError);
    CHECK_THROWS_AS(ItemFilter({"comedy,"}, {}), eckart::UsageError);
    CHECK_THROWS_AS(ItemFilter({}, {"1999-1990"}), eckart::UsageError);
    CHECK_THROWS_WITH_AS(ItemFilter({"comdy"}, {}).check_categories({"Comedy", "Horror"}),
                         "no item has the category 'comdy'; the categories are Comedy, Horror", eckart::UnknownIdError);
    CHECK_THROWS_AS(ItemFilter({}, {"war"}).check_categories({}), eckart::UnknownIdError);
    CHECK_NOTHROW(ItemFilter({"comedy,1990-"}, {"HORROR"}).check_categories({"Comedy", "Horror"}));
}

TEST_CASE("of many categories the first are listed, and the number of the others") {
    std::vector<std::string> many;
    for (int c = 0; c < 100'000; ++c) many.push_back("c" + std::to_string(c));
    std::string message;
    try {
        ItemFilter({"comedy"}, {}).check_categories(many);
    } catch (const eckart::UnknownIdError& error) {
        message = error.what();
    }
    CHECK(message.size() < 400);
    CHECK(message.ends_with("and 99960 more"));
}
