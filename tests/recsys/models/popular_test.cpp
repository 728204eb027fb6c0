#include "recsys/models/popular.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

TEST_CASE("an item's popularity is the number of its ratings, whatever they are and whoever asks") {
    const CsrMatrix ratings = csr_from_entries(3, 4, {{0, 0, 1}, {0, 2, 5}, {1, 2, 2}, {2, 2, 1}, {2, 3, 0.5F}});

    const auto model = fitted(popular_kind(), ratings);

    CHECK(scores_of(*model, {}) == std::vector<float>{1, 0, 3, 1});
    CHECK(scores_of(*model, profile_of(ratings, 2)) == std::vector<float>{1, 0, 3, 1});
    CHECK_FALSE(model->scale().has_value());
}

TEST_CASE("what a person rated gives nothing to an item's popularity") {
    const CsrMatrix ratings = csr_from_entries(2, 2, {{0, 0, 1}, {0, 1, 5}, {1, 1, 2}});
    const auto model = fitted(popular_kind(), ratings);

    const Explanation why = model->explain(profile_of(ratings, 0), 1);

    CHECK(why.score == 2);
    CHECK(why.base == 2);
    REQUIRE(why.contributions.size() == 2);
    CHECK(why.contributions[0].score == 0);
    CHECK_THROWS_AS(model->similar(0), UsageError);
}

TEST_CASE("popularity of nothing is refused") {
    CHECK_THROWS_AS(fitted(popular_kind(), csr_from_entries(2, 2, {})), UsageError);
}
