#include "engine/metrics/distinction.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/error.h"

using namespace eckart;

TEST_CASE("G^2 of a table by hand: twice the sum of observed times the log of observed over expected") {
    // 3 of 4 inside, 1 of 6 outside: share 0.4, expected 1.6 and 2.4 with, 2.4 and 3.6 without.
    const double expected =
        2 * (3 * std::log(3 / 1.6) + 1 * std::log(1 / 2.4) + 1 * std::log(1 / 2.4) + 5 * std::log(5 / 3.6));

    CHECK(log_likelihood_ratio(3, 4, 1, 6) == doctest::Approx(expected).epsilon(1e-12));
    CHECK(log_likelihood_ratio(1, 6, 3, 4) == doctest::Approx(expected).epsilon(1e-12));
}

TEST_CASE("G^2 is zero where the shares are equal or a side is empty, and finite where a cell is") {
    CHECK(log_likelihood_ratio(2, 4, 3, 6) == doctest::Approx(0));
    CHECK(log_likelihood_ratio(0, 0, 3, 6) == doctest::Approx(0));
    CHECK(log_likelihood_ratio(0, 4, 0, 6) == 0);
    CHECK(log_likelihood_ratio(4, 4, 6, 6) == 0);
    CHECK(log_likelihood_ratio(4, 4, 0, 6) == doctest::Approx(2 * (4 * std::log(2.5) + 6 * std::log(10.0 / 6))));
    CHECK_THROWS_AS(log_likelihood_ratio(5, 4, 0, 6), UsageError);
    CHECK_THROWS_AS(log_likelihood_ratio(1, 4, -1, 6), UsageError);
}

TEST_CASE("a group's features are those more frequent in it, the most surprising first") {
    // Members 0-3 are of group 0, 4-7 of group 1, 8 of none. Feature 0: all of group 0. 1: two of group 0, one of 1.
    // 2: everybody. 3: three of group 1, and the member that does not count.
    const CsrMatrix features = csr_from_entries(4, 9,
                                                {{0, 0, 1},
                                                 {0, 1, 1},
                                                 {0, 2, 1},
                                                 {0, 3, 1},
                                                 {1, 0, 1},
                                                 {1, 1, 1},
                                                 {1, 4, 1},
                                                 {2, 0, 1},
                                                 {2, 1, 1},
                                                 {2, 2, 1},
                                                 {2, 3, 1},
                                                 {2, 4, 1},
                                                 {2, 5, 1},
                                                 {2, 6, 1},
                                                 {2, 7, 1},
                                                 {3, 4, 1},
                                                 {3, 5, 1},
                                                 {3, 6, 1},
                                                 {3, 8, 1}});
    const std::vector<std::int32_t> labels = {0, 0, 0, 0, 1, 1, 1, 1, -1};

    const auto found = distinguishing_features(features, labels, 2, 5);

    REQUIRE(found.size() == 2);
    REQUIRE(found[0].size() == 2);
    CHECK(found[0][0].feature == 0);
    CHECK(found[0][0].members == 4);
    CHECK(found[0][0].score == doctest::Approx(log_likelihood_ratio(4, 4, 0, 4)));
    CHECK(found[0][1].feature == 1);
    REQUIRE(found[1].size() == 1);
    CHECK(found[1][0].feature == 3);
    CHECK(found[1][0].members == 3);
    CHECK(found[1][0].score == doctest::Approx(log_likelihood_ratio(3, 4, 0, 4)));
    CHECK(distinguishing_features(features, labels, 2, 1)[0].size() == 1);
}

TEST_CASE(
    "an empty group, one group of all and no features distinguish nothing; labels that fit no group are refused") {
    const CsrMatrix features = csr_from_entries(2, 3, {{0, 0, 1}, {1, 2, 1}});

    CHECK(distinguishing_features(features, std::vector<std::int32_t>{0, 0, 0}, 2, 3)[0].empty());
    CHECK(distinguishing_features(features, std::vector<std::int32_t>{0, 0, 0}, 2, 3)[1].empty());
    CHECK(distinguishing_features(csr_from_entries(0, 3, {}), std::vector<std::int32_t>{0, 1, 0}, 2, 3)[0].empty());
    CHECK_THROWS_AS(distinguishing_features(features, std::vector<std::int32_t>{0, 2, 0}, 2, 3), UsageError);
    CHECK_THROWS_AS(distinguishing_features(features, std::vector<std::int32_t>{0, 0}, 2, 3), UsageError);
    CHECK_THROWS_AS(distinguishing_features(features, std::vector<std::int32_t>{0, 0, 0}, 0, 3), UsageError);
}
