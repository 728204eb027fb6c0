#include "corpora/ratings/item_descriptions.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

void check_item(const ItemDescription& item, const std::string& id, const std::string& title, std::optional<int> year,
                const std::vector<std::string>& categories) {
    CHECK(item.id == id);
    CHECK(item.title == title);
    CHECK(item.year == year);
    CHECK(item.categories == categories);
}

std::string flags(std::string_view on) {
    std::string text;
    for (int i = 0; i < 19; ++i) text += on[static_cast<std::size_t>(i)] == '1' ? "|1" : "|0";
    return text + "\n";
}

std::string error_in(const std::string& bytes) {
    return input_error([&] { parse_items(bytes, "test"); });
}

TEST_CASE("u.item has its flags named in the collection's order, and Latin-1 letters") {
    const auto items = parse_items("1|Toy Story (1995)|01-Jan-1995||http://x" + flags("0001110000000000000") +
                                       "2|Mis\xe9rables, Les|14-Feb-1967||" + flags("1000000000000000001"),
                                   "test");

    REQUIRE(items.size() == 2);
    check_item(items[0], "1", "Toy Story (1995)", 1995, {"Animation", "Children's", "Comedy"});
    check_item(items[1], "2", "Mis\u00e9rables, Les", 1967, {"Western"});
}

TEST_CASE("a u.genre beside it names the flags") {
    const ScratchFolder scratch;
    const std::string path = scratch.write("u.item",
                                           "1|A|||"
                                           "|1|0|1\n");
    scratch.write("u.genre", "Noir|0\nFarce|1\nSaga|2\n\n");

    const auto items = read_items(path);

    REQUIRE(items.size() == 1);
    check_item(items[0], "1", "A", std::nullopt, {"Noir", "Saga"});
}

TEST_CASE("categories of a table may be parted by commas or semicolons") {
    const auto items =
        parse_items("id,title,genres\n1,A,\"Action, Comedy\"\n2,B,Action\n3,C,\"Comedy, Drama\"\n", "test");
    REQUIRE(items.size() == 3);
    check_item(items[0], "1", "A", std::nullopt, {"Action", "Comedy"});
    check_item(items[2], "3", "C", std::nullopt, {"Comedy", "Drama"});
    check_item(parse_items("id,title,genres\n1,A,Action;Drama\n", "test")[0], "1", "A", std::nullopt,
               {"Action", "Drama"});
}

TEST_CASE("movies.dat may have its separator in a title") {
    const auto items =
        parse_items("1::Toy Story (1995)::Animation|Children's\r\n2::A::B (1999)::Drama\n3::C::\n", "test");

    REQUIRE(items.size() == 3);
    check_item(items[0], "1", "Toy Story (1995)", 1995, {"Animation", "Children's"});
    check_item(items[1], "2", "A::B (1999)", 1999, {"Drama"});
    check_item(items[2], "3", "C", std::nullopt, {});
}

TEST_CASE("movies.csv has quoted titles and lists of genres") {
    const auto items = parse_items(
        "\xef\xbb\xbfmovieId,title,genres\r\n11,\"American President, The (1995) \",Comedy|Drama\r\n"
        "5,Babylon 5,(no genres listed)\r\n",
        "test");

    REQUIRE(items.size() == 2);
    check_item(items[0], "11", "American President, The (1995)", 1995, {"Comedy", "Drama"});
    check_item(items[1], "5", "Babylon 5", std::nullopt, {});
}

TEST_CASE("Netflix' titles have commas without quotes and years that may be NULL") {
    const auto items = parse_items("1,2003,Dinosaur Planet\n2,NULL,\"Roti\", Kapada, Makaan\n3,1999,caf\xe9\n", "test");

    REQUIRE(items.size() == 3);
    check_item(items[0], "1", "Dinosaur Planet", 2003, {});
    check_item(items[1], "2", "\"Roti\", Kapada, Makaan", std::nullopt, {});
    check_item(items[2], "3", "caf\u00e9", 1999, {});
}

TEST_CASE("any table with an id and a title will do") {
    const auto tabs = parse_items("categories\tyear\ttitle\titem_id\nA| B\t1984\tHeat (1995)\tx y\n", "test");
    const auto semicolons =
        parse_items("\"ISBN\";\"Book-Title\";\"Year-Of-Publication\"\n\"0\";\"A; B\";\"0\"\n", "test");

    check_item(tabs.at(0), "x y", "Heat (1995)", 1984, {"A", "B"});
    check_item(semicolons.at(0), "0", "A; B", std::nullopt, {});
}

TEST_CASE("a year stands in parentheses at the end, of which others may follow") {
    const auto year = [](const std::string& title) {
        return parse_items("id\ttitle\n1\t" + title + "\n", "test")[0].year;
    };

    CHECK(year("Heat (1995)") == 1995);
    CHECK(year("Time, The (1995) (V)") == 1995);
    CHECK(year("Death Note (2006\u20132007)") == 2006);
    CHECK(year("2001: A Space Odyssey") == std::nullopt);
    CHECK(year("Number (19951)") == std::nullopt);
    CHECK(year("Open 1995)") == std::nullopt);
    CHECK(year("(1995) Heat") == std::nullopt);
    CHECK(year("(500) Days of Summer (2009)") == 2009);
    CHECK(year("()") == std::nullopt);
}

TEST_CASE("broken files of items are errors with their line") {
    CHECK(error_in("") == "test: found no items, expected some");
    CHECK(error_in("id,title\n") == "test: found no items, expected some");
    CHECK(error_in("1,Heat\n").starts_with("test:1: found no id in the first row"));
    CHECK(error_in("id,title\n1,Heat,x\n") == "test:2: found 3 columns, expected 2");
    CHECK(error_in("id,title\n,Heat\n") == "test:2: found an item without an id, expected one");
    CHECK(error_in("1::Heat::A\n2::B\n") == "test:2: found 2 columns, expected id, title and categories");
    CHECK(error_in("1,2003,A\nx,2003,B\n") ==
          "test:2: found \"x,2003,B\", expected a number, a year or NULL, and a title");
    CHECK(error_in("1|A|||" + flags("0000000000000000000") + "2|B\n") == "test:2: found 2 columns, expected 24");
    CHECK(error_in("1|A||||2" + flags("0000000000000000000").substr(2)) ==
          "test:1: found the flag \"2\", expected 0 or 1");
    CHECK(error_in("\xff\xfei\0d\0").starts_with("test:1: found UTF-16"));
}

TEST_CASE("the items' file is found beside the ratings, by their name first") {
    const ScratchFolder scratch;
    const std::string ratings = scratch.write("a/ratings.csv", "x"), other = scratch.write("a/mine.txt", "x");
    const std::string dat = scratch.write("a/movies.dat", "x"), csv = scratch.write("a/movies.csv.gz", "x");
    const std::string part = scratch.write("b/training_set/mv_1.txt", "x"),
                      titles = scratch.write("b/movie_titles.txt", "x");

    CHECK(items_file_beside(ratings) == csv);
    CHECK(items_file_beside(other) == dat);
    CHECK(items_file_beside(scratch.path("a")) == dat);
    CHECK(items_file_beside(part) == titles);
    CHECK(items_file_beside(scratch.path("b/training_set")) == titles);
    CHECK(items_file_beside(scratch.path("b/training_set") + "/") == titles);
    CHECK(items_file_beside(scratch.path("b")) == titles);
    CHECK(items_file_beside("-") == std::nullopt);
    CHECK(items_file_beside(scratch.path("none/ratings.csv")) == std::nullopt);
}

}  // namespace
}  // namespace eckart::corpora
