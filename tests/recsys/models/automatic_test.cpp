#include "recsys/models/automatic.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/random.h"
#include "recsys/models/automatic_choice.h"
#include "recsys/serving/serving.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

namespace {

/// Two groups of people, each of which likes items of its own half; all items are liked as often.
CsrMatrix two_halves() {
    const Philox random(7);
    std::vector<Entry> entries;
    for (std::int64_t user = 0; user < 120; ++user) {
        for (std::int64_t item = 0; item < 60; ++item) {
            const bool own = (user % 2 == 0) == (item < 30);
            const std::uint64_t draw = random.below(static_cast<std::uint64_t>(user * 60 + item), 100);
            if (draw < (own ? 40U : 2U)) entries.push_back({user, item, 1});
        }
    }
    return csr_from_entries(120, 60, std::move(entries));
}

CsrMatrix in_unit(const CsrMatrix& ratings, float factor, float shift) {
    CsrMatrix other = ratings;
    for (float& value : other.values) value = factor * value + shift;
    return other;
}

const ModelTrial& best_of(const std::vector<ModelTrial>& trials, bool lowest) {
    return *std::max_element(trials.begin(), trials.end(), [lowest](const ModelTrial& a, const ModelTrial& b) {
        return lowest ? a.value > b.value : a.value < b.value;
    });
}

}  // namespace

TEST_CASE("what is chosen is never below popularity, nor above the error of the offsets, on what was hidden") {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        for (const double density : {0.05, 0.3}) {
            const CsrMatrix ratings = small_ratings({.density = density, .seed = seed});
            const AutomaticChoice choice = automatic_choice(ratings, 10, {.seed = seed});
            REQUIRE(choice.ranking.size() > 3);
            REQUIRE(choice.rating.size() == 3);
            CHECK(choice.ranking.front().candidate.kind->name == "popular");
            CHECK(choice.rating.front().candidate.kind->name == "bias");
            CHECK(choice.ranker.name() == best_of(choice.ranking, false).candidate.name());
            CHECK(choice.rater->name() == best_of(choice.rating, true).candidate.name());
        }
    }
}

TEST_CASE("people get what their group likes, where popularity knows no groups") {
    const CsrMatrix likes = two_halves();
    const AutomaticChoice choice = automatic_choice(likes, 10, {});
    CHECK(!choice.positive);
    CHECK(!choice.rater);
    CHECK(best_of(choice.ranking, false).value > 1.2 * choice.ranking.front().value);

    const auto model = fitted(automatic_kind(), likes, {});
    CHECK(model->rating_model() == nullptr);
    std::int64_t own = 0;
    for (std::int64_t user = 0; user < likes.rows; ++user) {
        for (const auto& hit : recommend(*model, profile_of(likes, user), {.count = 5}).top) {
            own += (user % 2 == 0) == (hit.index < 30) ? 1 : 0;
        }
    }
    CHECK(own > 5 * likes.rows * 9 / 10);
}

TEST_CASE("ratings in another unit give the same choice, the same ranking and the ratings in that unit") {
    const CsrMatrix ratings = small_ratings();
    const CsrMatrix others = in_unit(ratings, 10, 5);
    const AutomaticChoice first = automatic_choice(ratings, 10, {}), second = automatic_choice(others, 10, {});
    CHECK(first.ranker.name() == second.ranker.name());
    CHECK(first.rater->name() == second.rater->name());
    for (std::size_t i = 0; i < first.ranking.size(); ++i) {
        CHECK(second.ranking[i].value == doctest::Approx(first.ranking[i].value));
    }
    for (std::size_t i = 0; i < first.rating.size(); ++i) {
        CHECK(second.rating[i].value == doctest::Approx(10 * first.rating[i].value).epsilon(1e-3));
    }
}

TEST_CASE("one model ranks by likes, another one predicts on the scale, and reasons are those of the first") {
    const CsrMatrix ratings = small_ratings();
    const auto model = fitted(automatic_kind(), ratings, {});
    REQUIRE(model->rating_model() != nullptr);
    CHECK(!model->scale());
    CHECK(model->rating_model()->scale()->low == 1);
    CHECK(model->rating_model()->scale()->high == 5);
    const Profile profile = profile_of(ratings, 3);
    for (const Prediction& each : predict(*model, profile, std::vector<std::int32_t>{0, 5, 9}, {})) {
        CHECK(each.score >= 1);
        CHECK(each.score <= 5);
        CHECK(each.source == model->rating_model()->name());
    }
    const Explanation why = model->explain(profile, 5);
    REQUIRE(why.contributions.size() == profile.size());
    for (std::size_t p = 0; p < profile.size(); ++p) {
        CHECK(why.contributions[p].item == profile.items[p]);
        if (model->figures().contains("positive") && profile.values[p] < 2) CHECK(why.contributions[p].score == 0);
    }
}

TEST_CASE("it is said what the values are, what won beside the simplest, and what was not tried") {
    const auto said = [](const CsrMatrix& values, const std::map<std::string, std::string>& options) {
        std::string all;
        const ModelKind kind = automatic_kind();
        for (const Note& note : kind.fit(values, OptionValues(kind.options, options), {}).report.notes) {
            all += note.code + ": " + note.text + "\n";
        }
        return all;
    };
    const std::string ratings = said(small_ratings(), {});
    CHECK(ratings.find("likes: the values are ratings") != std::string::npos);
    CHECK(ratings.find("ranks: ranking by ") != std::string::npos);
    CHECK(ratings.find("predicts: ratings by ") != std::string::npos);
    CHECK(ratings.find("untried") == std::string::npos);
    CHECK(said(two_halves(), {}).find("likes: the values are all the same") != std::string::npos);
    CHECK(said(small_ratings(), {{"trial-budget", "0"}}).find("untried: not tried, ") != std::string::npos);
    CsrMatrix counts = two_halves();
    for (std::size_t i = 0; i < counts.values.size(); i += 10) counts.values[i] = static_cast<float>(2 + i % 70);
    CHECK(said(counts, {}).find("likes: the values are counts") != std::string::npos);
}

TEST_CASE("a budget bounds what is tried, and too little to hide any of is tried with nothing") {
    const CsrMatrix ratings = small_ratings();
    CHECK(automatic_choice(ratings, 0, {}).ranking.size() == 2);  // popularity, of likes and of all
    const CsrMatrix one = csr_from_entries(1, 1, {{0, 0, 3}});
    const AutomaticChoice choice = automatic_choice(one, 10, {});
    CHECK(choice.ranking.empty());
    CHECK(fitted(automatic_kind(), one, {})->items() == 1);
    const MemoryBudget little{.bytes = 20000};
    const auto few = ranking_candidates({.users = 60, .items = 40, .ratings = 700}, 10000, 10, little);
    CHECK(!few.untried.empty());
    for (const Candidate& each : few.tried) {
        CHECK(each.kind->memory({.users = 60, .items = 40, .ratings = 700}, each.options()) <= 20000);
    }
}
