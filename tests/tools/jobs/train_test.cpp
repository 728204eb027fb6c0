#include "tools/jobs/ratings/train.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tools/jobs/trained_films.h"

using namespace eckart::jobs;
using namespace eckart::testing;

TEST_CASE("train says what it made of what") {
    const TemporaryFolder folder;
    folder.write("films/ratings.csv", film_ratings + "ann,1,2,500\n");
    folder.write("films/movies.csv", film_titles.substr(0, film_titles.find("6,")));
    TrainOptions options;
    options.model = "als:sweeps=3";
    options.options = {{"factors", "2"}};

    const TrainResult result = train({.sources = {folder / "films"}}, folder / "model", options, {});

    CHECK(result.model == "als");
    CHECK(result.reason.empty());
    CHECK(result.options.at("sweeps") == "3");
    CHECK(result.options.at("factors") == "2");
    CHECK(result.users == 6);
    CHECK(result.items == 6);
    CHECK(result.ratings == 19);
    CHECK(result.duplicates == 1);
    CHECK(result.fitted == 19);
    CHECK(result.report.rounds == 3);
    CHECK(!result.report.interrupted);
    CHECK(has_note(result.notes, "duplicates"));
    CHECK(has_note(result.notes, "items-without-title"));
    const OpenModel model(folder / "model");
    CHECK(model.model().name() == "als");
    CHECK(model.store().times().size() == 19);
}

TEST_CASE("a model of likes is fitted to the likes, or to all, which is said") {
    const TemporaryFolder folder;
    const RatingsSource source = {.sources = {folder.write("r.csv", film_ratings)}};
    TrainOptions options;
    options.model = "popular";

    const TrainResult all = train(source, folder / "all", options, {});
    options.positive = 4.0F;
    const TrainResult likes = train(source, folder / "likes", options, {});

    CHECK(all.fitted == 19);
    CHECK(has_note(all.notes, "all-are-likes"));
    CHECK(likes.fitted == 14);
    CHECK(likes.positive == 4.0F);
    CHECK(has_note(likes.notes, "likes"));
    options.model = "als";
    CHECK_THROWS_AS(static_cast<void>(train(source, folder / "als", options, {})), eckart::UsageError);
    options.model = "popular";
    options.positive = 6.0F;
    CHECK_THROWS_AS(static_cast<void>(train(source, folder / "none", options, {})), eckart::InputError);
}

TEST_CASE("a job that is interrupted keeps the sweeps done, and resuming goes on from them") {
    const TemporaryFolder folder;
    const RatingsSource source = {.sources = {folder.write("r.csv", film_ratings)}};
    TrainOptions options;
    options.model = "als:sweeps=40";
    bool stop = false;
    Work work;
    work.progress = eckart::Progress(
        [&](std::string_view, std::uint64_t done, std::uint64_t total) { stop = stop || (total == 40 && done >= 3); },
        [&] { return stop; });

    const TrainResult part = train(source, folder / "m", options, work);
    options.resume = true;
    const TrainResult whole = train(source, folder / "m", options, {});

    CHECK(part.report.interrupted);
    CHECK(part.report.rounds >= 3);
    CHECK(part.report.rounds < 40);
    CHECK(!whole.report.interrupted);
    CHECK(whole.report.rounds >= part.report.rounds);
}

TEST_CASE("past the memory bound nothing is written") {
    const TemporaryFolder folder;
    Work work;
    work.memory.bytes = program_bytes;

    CHECK_THROWS_AS(
        static_cast<void>(train({.sources = {folder.write("r.csv", film_ratings)}}, folder / "m", {}, work)),
        eckart::MemoryError);
    CHECK(!std::filesystem::exists(folder / "m"));
}
