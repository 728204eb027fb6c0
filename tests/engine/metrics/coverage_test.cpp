#include "engine/metrics/coverage.h"

#include <doctest/doctest.h>

#include <vector>

using namespace eckart;

using Counts = std::vector<std::int64_t>;

TEST_CASE("coverage is the share of items that are in a list") {
    CHECK(catalog_coverage(Counts{3, 0, 1, 0}) == 0.5);
    CHECK(catalog_coverage(Counts{}) == 0);
}

TEST_CASE("the Gini index is 0 for equal counts and (n - 1) / n where one item has everything") {
    CHECK(gini(Counts{2, 2, 2, 2}) == 0);
    CHECK(gini(Counts{0, 8, 0, 0}) == doctest::Approx(0.75));
    CHECK(gini(Counts{0, 0}) == 0);
    CHECK(gini(Counts{}) == 0);
}

TEST_CASE("the Gini index is that worked out by hand, in any order of the items") {
    // sorted 1, 2, 5: (-2 1 + 0 2 + 2 5) / (3 8) = 1/3
    CHECK(gini(Counts{1, 2, 5}) == doctest::Approx(1.0 / 3));
    CHECK(gini(Counts{5, 1, 2}) == doctest::Approx(1.0 / 3));
}

TEST_CASE("self-information is in bits, and an item that nobody rated counts as rated once") {
    CHECK(self_information(2, 8) == 2);
    CHECK(self_information(8, 8) == 0);
    CHECK(self_information(0, 8) == 3);
    CHECK(self_information(0, 0) == 0);
}
