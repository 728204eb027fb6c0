#include <doctest/doctest.h>

#include <thread>

#include "engine/support/error.h"
#include "tools/jobs/ratings/person.h"
#include "tools/jobs/ratings/similar_items.h"
#include "tools/jobs/trained_films.h"

using namespace eckart::jobs;
using namespace eckart::testing;

TEST_CASE("items are found by id without a note, and by title with one") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "popular"));
    Notes notes;

    CHECK(model.entry(model.item("3", notes)).id == "3");
    CHECK(model.entry(model.item("A Field of Glass (2004)", notes)).id == "3");
    CHECK(notes.empty());
    CHECK(model.entry(model.item("field of glass", notes)).id == "3");
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].code == "title-matched");
    CHECK(notes[0].text == "\"field of glass\": A Field of Glass (2004)");
    CHECK(model.label(model.item("6", notes)) == "2 + 2 = 5 (2010)");
}

TEST_CASE("several threads may ask for titles at once") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "popular"));
    std::vector<TitleMatch> found(4, TitleMatch::none);

    std::vector<std::thread> threads;
    for (TitleMatch& match : found) threads.emplace_back([&] { match = model.match_of("copper moon"); });
    for (std::thread& thread : threads) thread.join();

    CHECK(found == std::vector<TitleMatch>(4, TitleMatch::words));
}

TEST_CASE("a visitor with the ratings of a user has the user's profile") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "als"));
    const std::vector<NamedRating> ratings = {{"4", 1.0F}, {"copper moon", 5.0F}, {"2", 4.0F}};

    const Person stored = stored_person(model, "ann"), other = visitor(model, ratings);

    CHECK(other.user.empty());
    CHECK(other.profile.items == stored.profile.items);
    CHECK(other.profile.values == stored.profile.values);
    CHECK(std::vector(other.seen().begin(), other.seen().end()) ==
          std::vector(stored.seen().begin(), stored.seen().end()));
    CHECK(has_note(other.notes, "title-matched"));
    CHECK_THROWS_AS(static_cast<void>(stored_person(model, "nobody")), eckart::UnknownIdError);
}

TEST_CASE("what a visitor does not like is seen all the same") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "ease", 4.0F));
    const std::vector<NamedRating> ratings = {{"1", 5.0F}, {"2", 1.0F}};

    const Person person = visitor(model, ratings);
    const Person copy = person;  // what it has seen is its own

    CHECK(person.profile.items.size() == 1);
    CHECK(person.seen().size() == 2);
    CHECK(copy.seen().data() == copy.own_items.data());
    CHECK(has_note(person.notes, "ratings-not-liked"));
}

TEST_CASE("ratings that cannot be meant are refused") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "als"));
    const auto refused = [&](const std::vector<NamedRating>& ratings) {
        CHECK_THROWS_AS(static_cast<void>(visitor(model, ratings)), eckart::UsageError);
    };

    refused({{"1", 6.0F}});
    refused({{"1", {}}});
    refused({{"1", 5.0F}, {"copper moon", 4.0F}});
}

TEST_CASE("similar items come with their titles, most alike first, without the item itself") {
    const TemporaryFolder folder;
    const OpenModel model(trained_films(folder, "ease"));

    const SimilarItems similar = similar_items(model, "copper moon", 3, {});

    REQUIRE(!similar.items.empty());
    for (std::size_t i = 0; i < similar.items.size(); ++i) {
        CHECK(similar.items[i].item != "1");
        CHECK(!similar.items[i].title.empty());
        if (i > 0) CHECK(similar.items[i].score <= similar.items[i - 1].score);
    }
    CHECK(has_note(similar.notes, "title-matched"));
    const TemporaryFolder other;
    CHECK_THROWS_AS(static_cast<void>(similar_items(OpenModel(trained_films(other, "bias")), "1", 3, {})),
                    eckart::UsageError);
}
