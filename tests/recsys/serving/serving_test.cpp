#include "recsys/serving/serving.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

namespace {

constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();

/// score_i = base_i + sum over the profile of value_j * weights(j, i): all that is asked can be worked out by hand.
class Written final : public Recommender {
  public:
    Written(std::vector<float> base, DenseMatrix weights, std::optional<RatingScale> scale = {})
        : base_(std::move(base)), weights_(std::move(weights)), scale_(scale) {}

    std::string_view name() const override { return "written"; }
    std::int64_t items() const override { return static_cast<std::int64_t>(base_.size()); }
    std::optional<RatingScale> scale() const override { return scale_; }
    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            for (std::size_t i = 0; i < base_.size(); ++i) {
                float score = base_[i];
                for (std::size_t j = 0; j < profiles[p].size(); ++j) {
                    score += profiles[p].values[j] * weights_(profiles[p].items[j], static_cast<Eigen::Index>(i));
                }
                scores(static_cast<Eigen::Index>(p), static_cast<Eigen::Index>(i)) = score;
            }
        }
    }
    Explanation explain(const Profile&, std::int32_t) const override { return {}; }
    std::vector<float> similar(std::int32_t item) const override {
        if (weights_.isZero()) throw UsageError("written knows no similar items");
        return {weights_.row(item).begin(), weights_.row(item).end()};
    }
    void save(const StoreWriter&) const override {}
    Figures figures() const override { return {}; }

  private:
    std::vector<float> base_;
    DenseMatrix weights_;
    std::optional<RatingScale> scale_;
};

Written plain(std::vector<float> base) {
    const auto n = static_cast<Eigen::Index>(base.size());
    return {std::move(base), DenseMatrix::Zero(n, n)};
}

std::vector<std::int32_t> items_of(const Recommendations& answer) {
    std::vector<std::int32_t> items;
    for (const auto& row : answer.top) items.push_back(row.index);
    return items;
}

using Items = std::vector<std::int32_t>;
const OwnProfile second_profile = {{1}, {5}};

}  // namespace

TEST_CASE("the best scores come first, ties by id, and there is never a row too many or a seen one") {
    const Written model = plain({1, 9, 3, 3, 2});

    CHECK(items_of(recommend(model, second_profile.view())) == Items{2, 3, 4, 0});
    CHECK(items_of(recommend(model, second_profile.view(), {.count = 2})) == Items{2, 3});
    CHECK(items_of(recommend(model, second_profile.view(), {.count = 0})).empty());
    CHECK(items_of(recommend(model, second_profile.view(), {.count = 2, .exclude_seen = false})) == Items{1, 2});
    CHECK(recommend(model, second_profile.view()).source == "written");
}

TEST_CASE("what the person knows beside the profile is left out too") {
    const Written model = plain({1, 9, 3, 3, 2});
    const Items seen = {3, 0};

    CHECK(items_of(recommend(model, second_profile.view(), {.seen = seen})) == Items{2, 4});
    CHECK(items_of(recommend(model, second_profile.view(), {.count = 2, .exclude_seen = false, .seen = seen})) ==
          Items{1, 2});
}

TEST_CASE("only what is allowed and a candidate is shown") {
    const Written model = plain({1, 9, 3, 3, 2});
    const std::vector<std::uint8_t> allowed = {1, 1, 0, 1, 1};
    const Items candidates = {4, 2, 3, 3}, none = {};

    CHECK(items_of(recommend(model, second_profile.view(), {.allowed = allowed})) == Items{3, 4, 0});
    CHECK(items_of(recommend(model, second_profile.view(), {.candidates = candidates})) == Items{2, 3, 4});
    CHECK(items_of(recommend(model, second_profile.view(), {.allowed = allowed, .candidates = candidates})) ==
          Items{3, 4});
    CHECK(recommend(model, second_profile.view(), {.candidates = none}).top.empty());
}

TEST_CASE("a score that is no number is never shown") {
    const Written model = plain({1, not_a_number, -std::numeric_limits<float>::infinity(), 4});

    CHECK(items_of(recommend(model, {})) == Items{3, 0});
    CHECK_FALSE(rank_of(model, {}, 1).has_value());
}

TEST_CASE("nobody in particular is shown what is popular, and told so") {
    const Written model = plain({1, 9, 3});
    const std::vector<float> popularity = {7, 2, 5};

    const Recommendations answer = recommend(model, {}, {.count = 2, .popularity = popularity});

    CHECK(answer.source == "popular");
    CHECK((answer.top == std::vector<Scored<float>>{{0, 7}, {2, 5}}));
    CHECK(recommend(model, {}).source == "written");
    CHECK(recommend(model, second_profile.view(), {.popularity = popularity}).source == "written");
}

TEST_CASE("a person whose ratings say nothing of any item is shown what is popular, alone and among many") {
    const Written model = plain({4, 4, 4});
    const std::vector<float> popularity = {7, 2, 5};
    const RecommendOptions options = {.count = 3, .popularity = popularity};
    const std::vector<Profile> people = {second_profile.view(), {}};

    const Recommendations answer = recommend(model, second_profile.view(), options);

    CHECK(answer.source == "popular");
    CHECK((answer.top == std::vector<Scored<float>>{{0, 7}, {2, 5}}));
    for (const Recommendations& each : recommend(model, people, {}, options)) CHECK(each.source == "popular");
    CHECK(recommend(model, second_profile.view(), {.count = 3}).source == "written");
}

TEST_CASE("a rank counts what may be shown, from 1") {
    const Written model = plain({1, 9, 3, 3, 2});

    CHECK(rank_of(model, second_profile.view(), 2) == 1);
    CHECK(rank_of(model, second_profile.view(), 3) == 2);
    CHECK(rank_of(model, second_profile.view(), 0) == 4);
    CHECK_FALSE(rank_of(model, second_profile.view(), 1).has_value());
    CHECK(rank_of(model, second_profile.view(), 0, {.exclude_seen = false}) == 5);
}

TEST_CASE("without a rating an item falls by what the rating gave it, and the item left out stays hidden") {
    DenseMatrix weights = DenseMatrix::Zero(4, 4);
    weights(0, 3) = 2;  // who likes item 0 gets item 3
    weights(1, 2) = 1;
    const Written model({0, 0, 3, 1}, weights);
    const OwnProfile profile = {{0, 1}, {5, 1}};

    const Counterfactual change = counterfactual(model, profile.view(), 0, 3);

    CHECK(change.left_out == 0);
    CHECK(change.score_with == 11);
    CHECK(change.score_without == 1);
    CHECK(change.rank_with == 1);
    CHECK(change.rank_without == 2);  // of items 2 and 3: item 0 is not rated any more, but it is known
    CHECK_THROWS_AS(counterfactual(model, profile.view(), 2, 3), UsageError);
}

TEST_CASE("without the only rating the score is still the model's, and not what stands in for it") {
    DenseMatrix weights = DenseMatrix::Zero(2, 2);
    weights(0, 1) = 2;
    const Written model({0, 3}, weights);
    const OwnProfile profile = {{0}, {5}};
    const std::vector<float> popularity = {100, 200};

    const Counterfactual change = counterfactual(model, profile.view(), 0, 1, {.popularity = popularity});

    CHECK(change.score_with == 13);
    CHECK(change.score_without == 3);
}

TEST_CASE("without diversity rows fall by score; with all of it the second is as unlike the first as can be") {
    // items 0, 1, 2 are alike, item 3 is like none
    DenseMatrix alike = DenseMatrix::Zero(4, 4);
    alike.topLeftCorner(3, 3).setConstant(0.5F);
    const Written model({4, 3, 2, 1}, alike);

    CHECK(items_of(recommend(model, {}, {.count = 3})) == Items{0, 1, 2});
    CHECK(items_of(recommend(model, {}, {.count = 3, .diversity = 1})) == Items{0, 3, 1});
    CHECK(recommend(model, {}, {.count = 3, .diversity = 1}).top[1].score == 1);
}

TEST_CASE("the formula of diversity by hand") {
    DenseMatrix alike = DenseMatrix::Zero(4, 4);
    alike.row(0) << 1, 0.8F, 0.4F, -0.5F;
    alike.row(2) << 0.4F, 0.2F, 1, 0;
    alike.row(1) << 0.8F, 1, 0.2F, 0;
    const Written model({10, 9, 6, 0}, alike);  // relevances 1, .9, .6, 0

    // d = .5, after 0: item 1 .45 - .5 = -.05; item 2 .3 - .25 = .05; item 3 0 - 0. So 2.
    // After 2 too: item 1 as it was, -.05 (its likeness to 2 is 1 of the highest .2: .5); item 3 0. So 3.
    CHECK(items_of(recommend(model, {}, {.count = 4, .diversity = 0.5})) == Items{0, 2, 3, 1});
    // d = .1, after 0: item 1 .81 - .1, item 2 .54 - .05. So 1.
    CHECK(items_of(recommend(model, {}, {.count = 4, .diversity = 0.1})) == Items{0, 1, 2, 3});
}

TEST_CASE("diversity gives as many rows, all different and unseen, and none of its own for equal scores") {
    const CsrMatrix ratings = small_ratings();
    DenseMatrix weights = DenseMatrix::Zero(40, 40);
    for (Eigen::Index i = 0; i < 40; ++i) {
        for (Eigen::Index j = 0; j < 40; ++j) weights(i, j) = static_cast<float>((i * 7 + j * 3) % 11) - 4;
    }
    const Written model(std::vector<float>(40, 1.0F), weights);
    const Profile profile = profile_of(ratings, 3);

    auto items = items_of(recommend(model, profile, {.count = 100, .diversity = 0.3}));

    CHECK(items.size() == 40 - profile.size());
    std::sort(items.begin(), items.end());
    CHECK(std::adjacent_find(items.begin(), items.end()) == items.end());
    for (const std::int32_t item : profile.items) CHECK(!std::binary_search(items.begin(), items.end(), item));
    const Written equal(std::vector<float>(40, 1.0F), DenseMatrix::Ones(40, 40));
    CHECK(items_of(recommend(equal, {}, {.count = 3, .diversity = 0.5})) == Items{0, 1, 2});
}

TEST_CASE("diversity is refused where no similar items are known") {
    CHECK_THROWS_AS(recommend(plain({1, 2, 3}), {}, {.diversity = 0.5}), UsageError);
    CHECK_THROWS_AS(recommend(plain({1, 2, 3}), {}, {.diversity = 1.5}), UsageError);
    CHECK_THROWS_AS(recommend(plain({1, 2, 3}), {}, {.diversity = std::nan("")}), UsageError);
}

TEST_CASE("many are answered as each alone, for any number of threads") {
    const CsrMatrix ratings = small_ratings({.users = 300, .items = 40});
    DenseMatrix weights = DenseMatrix::Zero(40, 40);
    for (Eigen::Index i = 0; i < 40; ++i) weights(i, (i * 7) % 40) = 1;
    const Written model(std::vector<float>(40, 1.0F), weights);
    const std::vector<float> popularity(40, 2.0F);
    const Items known = {0, 5, 6};
    std::vector<Profile> profiles = {{}};
    std::vector<std::span<const std::int32_t>> seen = {known};
    for (std::int64_t user = 0; user < ratings.rows; ++user) {
        profiles.push_back(profile_of(ratings, user));
        seen.push_back(user % 2 == 0 ? std::span<const std::int32_t>(known) : std::span<const std::int32_t>());
    }
    for (const int threads : {1, 4}) {
        const ThreadLimit limit(threads);
        const auto answers = recommend(model, profiles, seen, {.count = 5, .popularity = popularity});
        REQUIRE(answers.size() == profiles.size());
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            const auto alone = recommend(model, profiles[p], {.count = 5, .seen = seen[p], .popularity = popularity});
            CHECK((answers[p].top == alone.top));
            CHECK(answers[p].source == alone.source);
        }
    }
    CHECK(recommend(model, std::span<const Profile>(), {}).empty());
}

TEST_CASE("a prediction lies in the scale and says what stands in for what is not known") {
    const Written model({2, 9, -3}, DenseMatrix::Zero(3, 3), RatingScale{1, 5});
    const std::vector<float> popularity = {4, 4, 0};

    CHECK(predict(model, second_profile.view(), 0, popularity).score == 2);
    CHECK(predict(model, second_profile.view(), 1, popularity).score == 5);
    CHECK(predict(model, second_profile.view(), 2, popularity).score == 1);
    CHECK(predict(model, second_profile.view(), 0, popularity).source == "written");
    CHECK(predict(model, second_profile.view(), 2, popularity).source == "user");
    CHECK(predict(model, {}, 0, popularity).source == "item");
    CHECK(predict(model, {}, 2, popularity).source == "mean");
    CHECK(predict(plain({9, 1}), second_profile.view(), 0).score == 9);
}

TEST_CASE("items that are none and lists of another length are refused") {
    const Written model = plain({1, 2, 3});
    const Items wrong = {3}, negative = {-1};
    const std::vector<std::uint8_t> allowed(2, 1);
    const std::vector<float> popularity(4, 1.0F);

    CHECK_THROWS_AS(recommend(model, {}, {.seen = wrong}), UsageError);
    CHECK_THROWS_AS(recommend(model, {}, {.candidates = negative}), UsageError);
    CHECK_THROWS_AS(recommend(model, {}, {.allowed = allowed}), UsageError);
    CHECK_THROWS_AS(recommend(model, {}, {.popularity = popularity}), UsageError);
    CHECK_THROWS_AS(rank_of(model, {}, 3), UsageError);
    CHECK_THROWS_AS(predict(model, {}, -1), UsageError);
}

TEST_CASE("offsets order the items, rows keep the model's scores, and a rank is that of the list") {
    const Written model = plain({1, 9, 3, 3, 2});
    const std::vector<float> scores = scores_of(model, second_profile.view());
    std::vector<float> offsets(5, 0.0F);
    offsets[0] = 100;
    const RecommendOptions options{.order_offsets = offsets};

    const Recommendations answer = recommend(model, second_profile.view(), options);

    REQUIRE(items_of(answer) == Items{0, 2, 3, 4});
    for (const auto& row : answer.top) CHECK(row.score == scores[static_cast<std::size_t>(row.index)]);
    CHECK(rank_of(model, second_profile.view(), 0, options) == 1);
    CHECK(counterfactual(model, second_profile.view(), 0, 0, options).score_with == static_cast<double>(scores[0]));
}
