#include "corpora/ratings/item_attributes.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/support/error.h"
#include "tests/engine/storage/temporary_folder.h"

using namespace eckart;
using namespace eckart::corpora;
using eckart::testing::TemporaryFolder;
using eckart::testing::write_bytes;

namespace {

ItemAttributes attributes_in(const std::string& text) {
    const TemporaryFolder folder;
    write_bytes(folder / "items.csv", text);
    return read_item_attributes(folder / "items.csv");
}

std::string told(const std::string& header, const std::vector<std::string>& fields) {
    std::string text = "id," + header + "\n";
    for (std::size_t i = 0; i < fields.size(); ++i) text += std::to_string(i) + ",\"" + fields[i] + "\"\n";
    const AttributeColumn column = attributes_in(text).columns.front();
    return std::string(name(column.kind)) + (column.separator == 0 ? "" : std::string(" ") + column.separator);
}

}  // namespace

TEST_CASE("how a column is read is told from its values") {
    CHECK(told("genres", {"Drama|Crime", "Comedy", ""}) == "categories |");
    CHECK(told("genres", {"Drama;Crime", "Comedy"}) == "categories ;");
    CHECK(told("genres", {"Drama, Crime", "Drama", "Crime, Comedy", "Comedy"}) == "categories ,");
    CHECK(told("genres", {"Drama, Crime", "Drama, Comedy", "Drama"}) == "categories ,");
    CHECK(told("director", {"Doe, Jane", "Doe, John", "Doe, Jane", "Roe, Jane"}) == "categories");
    CHECK(told("seller", {"Smith and Sons", "Miller", "Smith and Sons"}) == "categories");
    CHECK(told("price", {"3.5", "", "1e3", "-2"}) == "number");
    CHECK(told("adult", {"0", "1", "0", "1"}) == "categories");
    CHECK(told("plot", {"A man walks, slowly, into a bar", "Two women walk out of a bar again"}) == "words");
    CHECK(told("title", {"Heat", "Alien"}) == "words");
}

TEST_CASE("categories lose blanks and capitals, words lose signs, and no genre is none") {
    const AttributeColumn genres{"genres", AttributeKind::categories, '|', {}};
    CHECK(values_of(genres, " Drama |crime||") == std::vector<std::string>{"drama", "crime"});
    CHECK(values_of(genres, "(no genres listed)").empty());
    CHECK(values_of(genres, "").empty());
    const AttributeColumn whole{"seller", AttributeKind::categories, 0, {}};
    CHECK(values_of(whole, "Smith, Sons") == std::vector<std::string>{"smith, sons"});
    const AttributeColumn words{"plot", AttributeKind::words, 0, {}};
    CHECK(values_of(words, "A man's Bar!") == std::vector<std::string>{"a", "man", "s", "bar"});
}

TEST_CASE("who and when are left out, an item may have several rows, and a title gives the year") {
    const ItemAttributes tags = attributes_in("userId,movieId,tag,timestamp\n1,7,fun,100\n2,7,dark,200\n2,9,fun,300\n");
    CHECK(tags.items == std::vector<std::string>{"7", "7", "9"});
    REQUIRE(tags.columns.size() == 1);
    CHECK(tags.columns[0].name == "tag");
    CHECK(tags.columns[0].fields == std::vector<std::string>{"fun", "dark", "fun"});

    const ItemAttributes films = attributes_in("movieId,title,genres\n1,\"Heat (1995)\",Crime|Drama\n2,Alien,Horror\n");
    REQUIRE(films.columns.size() == 3);
    CHECK(films.columns[2].name == "year");
    CHECK(films.columns[2].fields == std::vector<std::string>{"1995", ""});

    const ItemAttributes colons = attributes_in("1::Heat (1995)::Crime|Drama\n2::Alien (1979)::Horror\n");
    REQUIRE(colons.columns.size() == 3);
    CHECK(colons.columns[1].fields == std::vector<std::string>{"Crime|Drama", "Horror"});
    CHECK(colons.columns[2].fields == std::vector<std::string>{"1995", "1979"});
}

TEST_CASE("NaN among numbers, a file of ids alone and a file without ids are refused") {
    CHECK_THROWS_WITH_AS(attributes_in("id,price\na,1\nb,nan\nc,3\nd,4\n"), doctest::Contains("item \"b\""),
                         InputError);
    CHECK_THROWS_AS(attributes_in("id,price\na,1\nb,inf\nc,3\nd,4\n"), InputError);
    CHECK_THROWS_WITH_AS(attributes_in("id\na\nb\n"), doctest::Contains("no column but the ids"), InputError);
    CHECK_THROWS_AS(attributes_in("price,genre\n1,x\n2,y\n"), InputError);
}
