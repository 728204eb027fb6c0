#include "recsys/interface/shown_items.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace eckart;
using namespace eckart::recsys;

namespace {

constexpr float never = -std::numeric_limits<float>::infinity();

using Scores = std::vector<float>;

Scores hidden(const ShownItems& shown, Scores scores) {
    hide(shown, scores);
    return scores;
}

}  // namespace

TEST_CASE("items are hidden that are rated, seen, not allowed or no candidates") {
    const std::vector<std::int32_t> rated = {0}, seen = {4, 1}, candidates = {3, 2, 2};
    const std::vector<std::uint8_t> allowed = {1, 1, 0, 1, 1};

    CHECK(hidden({}, {5, 4, 3, 2, 1}) == Scores{5, 4, 3, 2, 1});
    CHECK(hidden({.rated = rated}, {5, 4, 3, 2, 1}) == Scores{never, 4, 3, 2, 1});
    CHECK(hidden({.seen = seen}, {5, 4, 3, 2, 1}) == Scores{5, never, 3, 2, never});
    CHECK(hidden({.allowed = allowed}, {5, 4, 3, 2, 1}) == Scores{5, 4, never, 2, 1});
    CHECK(hidden({.allowed = allowed, .candidates = candidates}, {5, 4, 3, 2, 1}) ==
          Scores{never, never, never, 2, never});
}

TEST_CASE("a score that is not finite is never shown") {
    const float none = std::numeric_limits<float>::quiet_NaN();

    CHECK(hidden({}, {none, -never, 1}) == Scores{never, never, 1});
}

TEST_CASE("popularity counts entries, or those that are high enough, and allows what has enough") {
    const CsrMatrix ratings = csr_from_entries(3, 3, {{0, 0, 5}, {1, 0, 2}, {2, 0, 4}, {0, 1, 3}});

    CHECK(popularity_of(ratings) == Scores{3, 1, 0});
    CHECK(popularity_of(ratings, 4.0F) == Scores{2, 0, 0});
    CHECK(rated_often(popularity_of(ratings), 2) == std::vector<std::uint8_t>{1, 0, 0});
    CHECK(rated_often(popularity_of(ratings), 0).empty());
}

TEST_CASE("popularity stands in for the scores of a person without ratings") {
    const Scores popularity = {3, 1};
    const std::vector<std::int32_t> items = {1};
    const Scores values = {5};
    Scores scores = {1, 2};

    CHECK_FALSE(fall_back({items, values}, popularity, scores));
    CHECK_FALSE(fall_back({}, {}, scores));
    CHECK(scores == Scores{1, 2});
    CHECK(fall_back({}, popularity, scores));
    CHECK(scores == popularity);
}

TEST_CASE("popularity stands in where the ratings say nothing of any item") {
    const Scores popularity = {3, 1};
    const std::vector<std::int32_t> items = {1};
    const Scores values = {5};
    Scores scores = {0.5F, 0.5F}, alone = {0.5F};

    CHECK_FALSE(fall_back({items, values}, {}, scores));
    CHECK_FALSE(fall_back({items, values}, Scores{4}, alone));  // of one item nothing can be said
    CHECK(fall_back({items, values}, popularity, scores));
    CHECK(scores == popularity);
}
