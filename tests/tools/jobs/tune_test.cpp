#include "tools/jobs/ratings/tune.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tools/jobs/trained_films.h"

using namespace eckart::jobs;
using namespace eckart::testing;

TEST_CASE("tune gives its trials best first, and goes on from its journal as if it had never stopped") {
    const TemporaryFolder folder;
    const RatingsSource source = {.sources = {folder.write("r.csv", small_ratings())}};
    TuneOptions options = {.model = "bias", .budget = {.trials = 3}, .journal = folder / "journal"};
    std::size_t told = 0;
    options.after_trial = [&](const TuneResult& found) { told = found.trials.size(); };

    const TuneResult some = tune(source, options, {});
    options.resume = true;
    options.budget.trials = 5;
    const TuneResult more = tune(source, options, {});
    const TuneResult at_once = tune(source, {.model = "bias", .budget = {.trials = 5}}, {});

    CHECK(some.metric == "rmse");
    CHECK(some.trials.size() == 3);
    CHECK(told == 5);
    REQUIRE(more.trials.size() == 5);
    for (std::size_t t = 0; t < 5; ++t) CHECK(more.trials[t].options == at_once.trials[t].options);
    for (std::size_t t = 1; t < 5; ++t) {
        CHECK(*more.trials[more.best_first[t - 1]].value <= *more.trials[more.best_first[t]].value);
    }
    CHECK(more.best() == more.trials[more.best_first[0]].options);
    options.resume = false;
    CHECK_THROWS_AS(static_cast<void>(tune(source, options, {})), eckart::UsageError);
}

TEST_CASE("tune refuses what it cannot search") {
    const TemporaryFolder folder;
    const RatingsSource source = {.sources = {folder.write("r.csv", small_ratings())}};
    const auto refused = [&](const TuneOptions& options) {
        CHECK_THROWS_AS(static_cast<void>(tune(source, options, {})), eckart::UsageError);
    };

    refused({.model = "bias,als"});
    refused({.model = "popular"});
    refused({.model = "bias", .metric = "rmse,mae"});
    refused({.model = "bias", .protocol = {.protocol = "ncf"}});
    refused({.model = "bias", .resume = true});
}
