#include "recsys/models/als.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/error.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

namespace {

double training_rmse(const Recommender& model, const CsrView& ratings) {
    double squares = 0;
    for (std::int64_t user = 0; user < ratings.rows; ++user) {
        const Profile profile = profile_of(ratings, user);
        const auto scores = scores_of(model, profile);
        for (std::size_t p = 0; p < profile.size(); ++p) {
            squares += std::pow(scores[static_cast<std::size_t>(profile.items[p])] - profile.values[p], 2.0F);
        }
    }
    return std::sqrt(squares / static_cast<double>(ratings.nonzeros()));
}

}  // namespace

TEST_CASE("als fits ratings that have few factors to their noise") {
    const CsrMatrix ratings = small_ratings({.users = 200, .items = 60, .rank = 2, .noise = 0});

    const auto model = fitted(als_kind(), ratings, {{"factors", "4"}, {"lambda", "0.01"}, {"lambda-offset", "0.01"}});

    CHECK(training_rmse(*model, ratings) <= 0.4);  // rounding to whole ratings alone leaves 0.29
}

TEST_CASE("als gives a person without ratings the mean and the item's offset, within the scale") {
    const CsrMatrix ratings = small_ratings();
    const auto model = fitted(als_kind(), ratings, {{"factors", "4"}});

    const auto scores = scores_of(*model, {});

    for (std::size_t item = 0; item < scores.size(); ++item) {
        CHECK(model->explain({}, static_cast<std::int32_t>(item)).score ==
              doctest::Approx(static_cast<double>(scores[item])).epsilon(1e-6));
        CHECK(scores[item] > 1);
        CHECK(scores[item] < 5);
    }
}

TEST_CASE("als of one sweep and then two more counts three, and its loss is that of three") {
    const CsrMatrix ratings = small_ratings();
    const auto one = fitted(als_kind(), ratings, {{"factors", "4"}, {"sweeps", "1"}});

    const auto more = fitted(als_kind(), ratings, {{"factors", "4"}, {"sweeps", "2"}}, {.start = one.get()});

    const auto three = fitted(als_kind(), ratings, {{"factors", "4"}, {"sweeps", "3"}});
    CHECK(more->figures().count("sweeps") == 3);
    CHECK(more->figures().number("loss") == doctest::Approx(three->figures().number("loss")).epsilon(1e-5));
    const auto scores = scores_of(*more, profile_of(ratings, 0)), expected = scores_of(*three, profile_of(ratings, 0));
    for (std::size_t i = 0; i < scores.size(); ++i) CHECK(scores[i] == doctest::Approx(expected[i]).epsilon(1e-5));
}

TEST_CASE("als cannot go on with other factors, nor with a lambda of zero") {
    const CsrMatrix ratings = small_ratings();
    const auto four = fitted(als_kind(), ratings, {{"factors", "4"}});

    CHECK_THROWS_AS(fitted(als_kind(), ratings, {{"factors", "5"}}, {.start = four.get()}), UsageError);
    CHECK_THROWS_AS(fitted(als_kind(), ratings, {{"lambda", "0"}}), UsageError);
}

TEST_CASE("als finds an item most similar to itself, and to an item with the same ratings") {
    CsrMatrix ratings = small_ratings();
    std::vector<Entry> entries;
    for (std::int64_t user = 0; user < ratings.rows; ++user) {
        const Profile profile = profile_of(ratings, user);
        for (std::size_t p = 0; p < profile.size(); ++p) {
            if (profile.items[p] == 1) continue;
            entries.push_back({user, profile.items[p], profile.values[p]});
            if (profile.items[p] == 0) entries.push_back({user, 1, profile.values[p]});
        }
    }
    ratings = csr_from_entries(60, 40, std::move(entries));
    const auto model = fitted(als_kind(), ratings, {{"factors", "6"}, {"lambda", "0.05"}});

    const std::vector<float> cosines = model->similar(0);

    CHECK(cosines[0] == doctest::Approx(1));
    CHECK(cosines[1] >= 0.99F);
    for (const float cosine : cosines) CHECK(std::abs(cosine) <= 1.00001F);
}
