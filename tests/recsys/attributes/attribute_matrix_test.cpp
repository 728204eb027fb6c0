#include "recsys/attributes/attribute_matrix.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::recsys;

TEST_CASE("what an item has from one column has length 1, and what one item alone has is left out") {
    AttributeMatrixBuilder builder(3);
    builder.add(0, "tag", "fun");
    builder.add(0, "tag", "fun");
    builder.add(0, "tag", "fun");
    builder.add(0, "tag", "dark");
    builder.add(1, "tag", "fun");
    builder.add(1, "genre", "drama");
    builder.add(2, "genre", "drama");
    builder.add(2, "tag", "dark");
    builder.add(2, "tag", "alone");

    const AttributeMatrix matrix = builder.finish();

    CHECK(matrix.names == std::vector<std::string>{"genre: drama", "tag: dark", "tag: fun"});
    CHECK(matrix.rare == 1);
    CHECK(matrix.values.rows == 3);
    const CsrRow first = matrix.values.row(0);
    REQUIRE(first.size() == 2);
    CHECK(first.values[0] == doctest::Approx(0.5));               // 1 of 4
    CHECK(first.values[1] == doctest::Approx(std::sqrt(0.75)));   // 3 of 4
    CHECK(matrix.values.row(2).values[1] == doctest::Approx(1));  // the tag of one item does not count
}

TEST_CASE("numbers become tenths of the items, few numbers each its own, whatever their unit") {
    for (const double unit : {1.0, 1000.0}) {
        AttributeMatrixBuilder builder(40);
        for (int i = 0; i < 40; ++i) {
            builder.add_number(i, "price", unit * i * i);
            builder.add_number(i, "stars", i % 2);
        }
        const AttributeMatrix matrix = builder.finish();
        CHECK(matrix.names.size() == 12);
        CHECK(matrix.names.back() == "stars: 1");
        for (int i = 0; i < 40; ++i) CHECK(matrix.values.row(i).columns[0] == matrix.values.row(i / 4 * 4).columns[0]);
    }
}

TEST_CASE("vectors are scaled to length 1, and one of zeros is none") {
    AttributeMatrixBuilder builder(2);
    builder.add_vector(0, "text", {3, 4});
    builder.add_vector(1, "text", {0, 0});
    CHECK_THROWS_AS(builder.add_vector(1, "text", {1}), UsageError);
    const AttributeMatrix matrix = builder.finish();
    CHECK(matrix.values.row(0).values[1] == doctest::Approx(0.8));
    CHECK(matrix.values.row(1).size() == 0);
}

TEST_CASE("100,000 categories of an item each leave nothing, and numbers that are none are refused") {
    AttributeMatrixBuilder builder(100000);
    for (int i = 0; i < 100000; ++i) builder.add(i, "serial", std::to_string(i));
    builder.add(0, "kind", "a");
    builder.add(1, "kind", "a");
    const AttributeMatrix matrix = builder.finish();
    CHECK(matrix.names == std::vector<std::string>{"kind: a"});
    CHECK(matrix.rare == 100000);
    CHECK_THROWS_AS(builder.add(100000, "kind", "a"), UsageError);
    CHECK_THROWS_AS(builder.add_number(0, "price", std::numeric_limits<double>::quiet_NaN()), UsageError);
    CHECK_THROWS_AS(builder.add_vector(0, "text", {std::numeric_limits<float>::infinity()}), UsageError);
}
