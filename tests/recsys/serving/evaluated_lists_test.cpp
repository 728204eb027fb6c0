// What evaluation ranks is what serving shows.

#include <doctest/doctest.h>

#include <cmath>
#include <map>

#include "recsys/evaluation/evaluation.h"
#include "recsys/interface/shown_items.h"
#include "recsys/serving/serving.h"
#include "tests/recsys/models/every_kind.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

namespace {

constexpr std::size_t length = 5;
constexpr float liked_from = 4;

/// Ratings of which a fifth is held out; of the first user nothing is known, and of the second nothing is liked.
Split split_with_strangers() {
    Split split = random_holdout(small_ratings({.users = 200}), 0.2, 3);
    std::vector<Entry> train;
    for (std::int64_t user = 1; user < split.train.rows; ++user) {
        const Profile profile = profile_of(split.train, user);
        for (std::size_t p = 0; p < profile.size(); ++p) {
            if (user > 1 || profile.values[p] < liked_from)
                train.push_back({user, profile.items[p], profile.values[p]});
        }
    }
    split.train = csr_from_entries(split.train.rows, split.train.cols, std::move(train));
    return split;
}

/// How often each item is in the lists of people with a relevant held-out item, as recommend shows them.
std::vector<std::int64_t> shown(const Recommender& model, const Split& split, std::optional<std::int64_t> least) {
    const CsrMatrix liked = entries_from(split.train, liked_from);
    const std::vector<float> popularity = popularity_of(model.rating_model() != nullptr ? split.train : liked);
    const std::int64_t users = nonempty_rows(split.train).rows;
    const auto allowed = rated_often(popularity, least.value_or(usual_least_ratings(model, users)));
    const auto offsets = choice_offsets(model, popularity);
    std::vector<std::int64_t> counts(static_cast<std::size_t>(model.items()));
    for (std::int64_t user = 0; user < split.test.rows; ++user) {
        if (profile_of(entries_from(split.test, liked_from), user).empty()) continue;
        const Profile seen = profile_of(split.train, user),
                      known = model.rating_model() != nullptr ? seen : profile_of(liked, user);
        const RecommendOptions options{.count = length,
                                       .seen = seen.items,
                                       .allowed = allowed,
                                       .popularity = popularity,
                                       .order_offsets = offsets};
        for (const auto& row : recommend(model, known, options).top) ++counts[static_cast<std::size_t>(row.index)];
    }
    return counts;
}

}  // namespace

TEST_CASE("evaluation counts the lists that recommend shows, for strangers and rarely rated items too") {
    const Split split = split_with_strangers();
    for_each_kind([&](const ModelKind& kind) {
        const auto model = fit_to(split, kind, OptionValues(kind.options, quick(kind)), liked_from, {}).model;
        for (const std::optional<std::int64_t> least :
             {std::optional<std::int64_t>(), std::optional<std::int64_t>(0), std::optional<std::int64_t>(25)}) {
            const EvaluationOptions options{
                .measures = {{MeasureKind::coverage, length}}, .positive = liked_from, .least_ratings = least};

            CHECK(evaluate(*model, split, options).list_counts.front() == shown(*model, split, least));
        }
    });
}

TEST_CASE("by default an item of few ratings is ranked by models of likes, and not by models of ratings") {
    const Split split = split_with_strangers();
    const auto ranked = [&](const char* name, std::optional<std::int64_t> least) {
        const ModelKind& kind = model_kind(name);
        const auto model = fit_to(split, kind, OptionValues(kind.options, {}), liked_from, {}).model;
        return evaluate(*model, split,
                        {.measures = {{MeasureKind::coverage, 40}}, .positive = liked_from, .least_ratings = least})
            .list_counts.front();
    };

    CHECK(ranked("popular", {}) == ranked("popular", 0));
    CHECK(ranked("bias", {}) != ranked("bias", 0));
    CHECK(ranked("bias", {}) == ranked("bias", 199 / 50));
}

TEST_CASE("a model of ratings puts what many chose before what one person liked best, and by rating the other way") {
    std::vector<Entry> entries;
    for (std::int64_t user = 0; user < 40; ++user) {
        for (std::int64_t item = 0; item < 3; ++item) entries.push_back({user, item, item == 0 ? 4.0F : 3.0F});
    }
    entries.push_back({40, 3, 5});
    entries.push_back({40, 1, 2});
    Split split;
    split.train = csr_from_entries(42, 4, std::move(entries));
    split.test = csr_from_entries(42, 4, {{40, 0, 5}});
    const auto model =
        fit_to(split, model_kind("bias"), OptionValues(model_kind("bias").options, {{"lambda-item", "0"}}), 4, {})
            .model;
    const std::vector<float> popularity = popularity_of(split.train), offsets = choice_offsets(*model, popularity);
    const OwnProfile person = {{1}, {3}};

    REQUIRE(offsets.size() == 4);
    CHECK(offsets[3] == doctest::Approx(0.75 * std::log(2)));  // a scale of 2 to 5
    CHECK(recommend(*model, person.view(), {.order_offsets = offsets}).top.front().index == 0);
    CHECK(recommend(*model, person.view()).top.front().index == 3);
}
