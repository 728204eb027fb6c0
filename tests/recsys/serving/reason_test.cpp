#include "recsys/serving/reason.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "recsys/models/models.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

TEST_CASE("a reason lists what did most first, and names the rating that raises the score most") {
    const CsrMatrix ratings = small_ratings();
    for (const char* name : {"als", "ease", "bias"}) {
        CAPTURE(name);
        const auto model = fitted(model_kind(name), ratings);
        const Profile profile = profile_of(ratings, 3);
        const RecommendOptions options{.count = 1};
        const std::int32_t item = recommend(*model, profile, options).top.front().index;

        const Reason reason = reason_of(*model, profile, item, options);

        const auto& parts = reason.explanation.contributions;
        REQUIRE(parts.size() == profile.size());
        CHECK(std::is_sorted(parts.begin(), parts.end(),
                             [](const auto& a, const auto& b) { return std::abs(a.score) > std::abs(b.score); }));
        const auto most = std::max_element(parts.begin(), parts.end(),
                                           [](const auto& a, const auto& b) { return a.score < b.score; });
        REQUIRE(reason.without.has_value());
        CHECK(reason.without->left_out == most->item);
        CHECK(reason.without->rank_with == 1);
        CHECK(contributions_after(reason.explanation, 0) + reason.explanation.base ==
              doctest::Approx(reason.explanation.score).epsilon(1e-5));
        CHECK(contributions_after(reason.explanation, parts.size()) == 0);
    }
}

TEST_CASE("a person without ratings has a reason without a counterfactual") {
    const auto model = fitted(model_kind("als"), small_ratings());

    const Reason reason = reason_of(*model, {}, 0, {});

    CHECK_FALSE(reason.without.has_value());
    CHECK(reason.explanation.contributions.empty());
}

TEST_CASE("shown scores stay on the scale of ratings, where they are ratings") {
    const CsrMatrix ratings = small_ratings();
    const auto als = fitted(model_kind("als"), ratings), ease = fitted(model_kind("ease"), ratings);

    CHECK(shown_score(7.5, *als, "als") == 5);
    CHECK(shown_score(-1, *als, "als") == 1);
    CHECK(shown_score(3.25, *als, "als") == 3.25);
    CHECK(shown_score(120, *als, "popular") == 120);
    CHECK(shown_score(7.5, *ease, "ease") == 7.5);
}

TEST_CASE("scores that are no ratings come with a note") {
    const CsrMatrix ratings = small_ratings();
    const std::vector<float> popularity(40, 1.0F);
    const auto als = fitted(model_kind("als"), ratings), ease = fitted(model_kind("ease"), ratings);
    const Profile somebody = profile_of(ratings, 0);

    CHECK_FALSE(score_note(*als, recommend(*als, somebody)).has_value());
    CHECK(score_note(*ease, recommend(*ease, somebody)).value().code == "scores-only-rank");
    const Note counted = score_note(*als, recommend(*als, {}, {.popularity = popularity})).value();
    CHECK(counted.code == "ranked-by-popularity");
    CHECK(counted.text.ends_with("number of ratings"));
    CHECK(
        score_note(*ease, recommend(*ease, {}, {.popularity = popularity})).value().text.ends_with("number of likes"));
}
