#include "recsys/serving/questions.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "engine/support/error.h"
#include "recsys/interface/shown_items.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using eckart::recsys::testing::small_ratings;

namespace {

Fitted fitted_als(const CsrMatrix& ratings) {
    const ModelKind& als = model_kind("als");
    return als.fit(ratings, OptionValues(als.options, {{"factors", "4"}}), {});
}

}  // namespace

TEST_CASE("questions are about popular items that are neither answered nor unknown, each once") {
    const CsrMatrix ratings = small_ratings();
    const Fitted fitted = fitted_als(ratings);
    const Questions questions(*fitted.model, ratings, {.candidates = 12});
    const std::vector<std::int32_t> answered = {questions.best({}, {}, 1).front().item};
    const std::vector<std::int32_t> unknown = {questions.best(answered, {}, 1).front().item};

    const auto asked = questions.best(answered, unknown, 100);

    CHECK(asked.size() == 10);
    auto popularity = popularity_of(ratings);
    std::vector<float> sorted = popularity;
    std::sort(sorted.rbegin(), sorted.rend());
    for (std::size_t q = 0; q < asked.size(); ++q) {
        CHECK(asked[q].item != answered[0]);
        CHECK(asked[q].item != unknown[0]);
        CHECK(popularity[static_cast<std::size_t>(asked[q].item)] >= sorted[11]);
        CHECK(asked[q].gain > 0);
        for (std::size_t r = 0; r < q; ++r) CHECK(asked[q].item != asked[r].item);
    }
}

TEST_CASE("an answer lowers the gain of what is asked next, and the list is what asking one by one gives") {
    const CsrMatrix ratings = small_ratings();
    const Fitted fitted = fitted_als(ratings);
    const Questions questions(*fitted.model, ratings);
    const auto list = questions.best({}, {}, 4);
    std::vector<std::int32_t> answered;
    for (const Question& one : list) {
        const Question next = questions.best(answered, {}, 1).front();
        CHECK(next.item == one.item);
        CHECK(next.gain == doctest::Approx(one.gain));
        answered.push_back(next.item);
    }
    CHECK(list[3].gain < list[0].gain);
}

TEST_CASE("what is known after some answers does not depend on their order") {
    const CsrMatrix ratings = small_ratings();
    const Fitted fitted = fitted_als(ratings);
    const Questions questions(*fitted.model, ratings);
    const std::vector<std::int32_t> one = {2, 9, 14, 21}, other = {21, 2, 14, 9};
    const auto first = questions.best(one, {}, 5), second = questions.best(other, {}, 5);
    REQUIRE(first.size() == second.size());
    for (std::size_t q = 0; q < first.size(); ++q) {
        CHECK(first[q].item == second[q].item);
        CHECK(first[q].gain == doctest::Approx(second[q].gain).epsilon(1e-9));
    }
}

TEST_CASE("scores of a newcomer start from the people's mean and end near their ratings") {
    const CsrMatrix ratings = small_ratings();
    const Fitted fitted = fitted_als(ratings);
    const Questions questions(*fitted.model, ratings);
    double before = 0, after = 0;
    const std::vector<float> nobody = questions.scores({});
    for (std::int64_t u = 0; u < ratings.rows; ++u) {
        const Profile profile = profile_of(ratings, u);
        const std::vector<float> scores = questions.scores(profile);
        for (std::size_t q = 0; q < profile.size(); ++q) {
            const auto item = static_cast<std::size_t>(profile.items[q]);
            before += std::pow(static_cast<double>(nobody[item] - profile.values[q]), 2);
            after += std::pow(static_cast<double>(scores[item] - profile.values[q]), 2);
        }
    }
    CHECK(after < 0.5 * before);
}

TEST_CASE("models without products, and ratings of nobody, are refused") {
    const CsrMatrix ratings = small_ratings();
    const ModelKind& ease = model_kind("ease");
    const Fitted fitted = ease.fit(ratings, OptionValues(ease.options, {}), {});
    CHECK_THROWS_AS(Questions(*fitted.model, ratings), UsageError);
    const Fitted als = fitted_als(ratings);
    CHECK_THROWS_AS(Questions(*als.model, csr_from_entries(2, ratings.cols, {{0, 0, 5}})), UsageError);
}
