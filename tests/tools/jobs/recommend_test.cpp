#include "tools/jobs/ratings/recommend.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tools/jobs/trained_films.h"

using namespace eckart::jobs;
using namespace eckart::testing;

namespace {

using Ids = std::vector<std::string>;

Ids items_of(const Recommendations& ranking) {
    Ids items;
    for (const Recommendation& row : ranking.items) items.push_back(row.item);
    return items;
}

}  // namespace

TEST_CASE("each person gets what the person gets alone, with titles, categories and source") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "popular"));
    const std::vector<Person> people = {stored_person(model, "fay"), stored_person(model, "ann")};

    const auto both = recommend(model, people, {}, {});
    const auto alone = recommend(model, {&people[1], 1}, {}, {});

    REQUIRE(both.size() == 2);
    CHECK(both[0].user == "fay");
    CHECK(both[0].source == "popular");
    CHECK(items_of(both[0]) == Ids{"2", "4", "1", "3"});
    CHECK(both[0].items[2].title == "Copper Moon, The (1994)");
    CHECK(both[0].items[2].categories == Ids{"Drama", "War"});
    CHECK(has_note(both[0].notes, "scores-only-rank"));
    CHECK(items_of(both[1]) == items_of(alone.at(0)));
}

TEST_CASE("a reason adds up to the score, and is given where it was asked for") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "als"));
    const Person person = stored_person(model, "ann");
    RecommendOptions options;
    options.reasons = true;

    const auto ranking = recommend(model, {&person, 1}, options, {}).at(0);

    REQUIRE(!ranking.items.empty());
    for (const Recommendation& row : ranking.items) {
        REQUIRE(row.reason);
        double sum = row.reason->explanation.base + row.reason->explanation.together;
        for (const auto& part : row.reason->explanation.contributions) sum += part.score;
        CHECK(sum == doctest::Approx(row.reason->explanation.score).epsilon(1e-4));  // float32 factors, a few terms
    }
    CHECK(!recommend(model, {&person, 1}, {}, {}).at(0).items.at(0).reason);
}

TEST_CASE("filters, candidates and counts keep what they say") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "popular"));
    const Person person = visitor(model, std::vector<NamedRating>{{"4", {}}});
    const auto kept = [&](const RecommendOptions& options) {
        return items_of(recommend(model, {&person, 1}, options, {}).at(0));
    };

    CHECK(kept({}) == Ids{"2", "5", "1", "3", "6"});
    CHECK(kept({.count = 1}) == Ids{"2"});
    CHECK(kept({.include_seen = true, .only = {"sci-fi"}}) == Ids{"4"});
    CHECK(kept({.only = {"drama", "1990-1999"}}) == Ids{"2", "1"});
    CHECK(kept({.without = {"drama"}}) == Ids{"5", "6"});
    CHECK(kept({.candidates = Ids{"6", "field of glass", "4"}}) == Ids{"3", "6"});
    CHECK(kept({.least_ratings = 3}) == Ids{"2", "5", "1"});
    CHECK_THROWS_AS(kept({.only = {"opera"}}), eckart::UnknownIdError);
    CHECK_THROWS_AS(kept({.candidates = Ids{"99"}}), eckart::UnknownIdError);
    CHECK_THROWS_AS(kept({.neighbors = eckart::NeighborMethod::ivf}), eckart::UsageError);
}

TEST_CASE("where nothing is left to show, it is said") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "popular"));
    const Person person = visitor(model, std::vector<NamedRating>{{"4", {}}});

    const auto ranking = recommend(model, {&person, 1}, {.only = {"sci-fi"}}, {}).at(0);

    CHECK(ranking.items.empty());
    CHECK(has_note(ranking.notes, "nothing-to-recommend"));
}

TEST_CASE("unknown users are named, and the others are served in their order") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "als"));
    Ids served;
    const auto take = [&](const Recommendations& ranking) { served.push_back(ranking.user); };

    const UsersServed some = recommend_to_users(model, Ids{"eva", "nobody", "ann", "no one"}, {}, {}, take);

    CHECK(served == Ids{"eva", "ann"});
    CHECK(some.served == 2);
    CHECK(some.unknown == Ids{"nobody", "no one"});
    served.clear();
    CHECK(recommend_to_users(model, {}, {}, {}, take).served == 6);
    CHECK(served == Ids{"ann", "ben", "cem", "dee", "eva", "fay"});
}
