#include "recsys/evaluation/tuning.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>
#include <string>

#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::recsys;

namespace {

using Options = std::map<std::string, std::string>;

ModelKind kind_with(std::vector<ModelOption> options) {
    ModelKind kind;
    kind.name = "test";
    kind.options = std::move(options);
    return kind;
}

const ModelKind kind = kind_with({{"factors", "64", "", "count 16 256"},
                                  {"lambda", "0.05", "", "log 0.001 1"},
                                  {"share", "0.5", "", "linear 0 1"},
                                  {"solver", "auto", "", "of exact fast"},
                                  {"sweeps", "10", ""}});

/// A valley with its floor at lambda .02, as if fitted.
double error_of(const Options& options) {
    return std::abs(std::log(std::stod(options.at("lambda")) / 0.02));
}

OptionSearch searched(std::size_t trials, std::uint64_t seed) {
    OptionSearch search(kind, {.lower_is_better = true, .seed = seed});
    for (std::size_t t = 0; t < trials; ++t) {
        const Options options = search.next();
        search.add({options, error_of(options), 0});
    }
    return search;
}

}  // namespace

TEST_CASE("the first trial has the defaults, and options without a range are left alone") {
    const OptionSearch search(kind, {});

    CHECK(search.next() == Options{{"factors", "64"}, {"lambda", "0.05"}, {"share", "0.5"}, {"solver", "auto"}});
}

TEST_CASE("values stay in their ranges, and counts are whole") {
    const OptionSearch search = searched(60, 1);
    std::set<std::string> solvers;
    for (std::size_t t = 1; t < 60; ++t) {
        const Options& options = search.trials()[t].options;
        const int factors = std::stoi(options.at("factors"));
        CHECK(std::to_string(factors) == options.at("factors"));
        CHECK(factors >= 16);
        CHECK(factors <= 256);
        CHECK(std::stod(options.at("lambda")) >= 0.001);
        CHECK(std::stod(options.at("lambda")) <= 1);
        CHECK(std::stod(options.at("share")) >= 0);
        CHECK(std::stod(options.at("share")) <= 1);
        solvers.insert(options.at("solver"));
    }

    CHECK(solvers.contains("exact"));
    CHECK(solvers.contains("fast"));
}

TEST_CASE("fixed options are not searched") {
    OptionSearch search(kind, {.fixed = {{"lambda", "0.7"}, {"sweeps", "3"}}});
    for (int t = 0; t < 20; ++t) {
        CHECK(search.next().at("lambda") == "0.7");
        CHECK(search.next().at("sweeps") == "3");
        search.add({search.next(), 0.0, 0});
    }
    CHECK_THROWS_AS(OptionSearch(kind, {.fixed = {{"beta", "1"}}}), UsageError);
}

TEST_CASE("a search taken up again goes on as if it had not been left") {
    const OptionSearch whole = searched(30, 5), half = searched(17, 5);
    OptionSearch resumed(kind, {.lower_is_better = true, .seed = 5});
    for (const Trial& trial : half.trials()) resumed.add(trial);
    while (resumed.trials().size() < 30) {
        const Options options = resumed.next();
        resumed.add({options, error_of(options), 0});
    }

    for (std::size_t t = 0; t < 30; ++t) CHECK(resumed.trials()[t].options == whole.trials()[t].options);
    CHECK(searched(5, 6).trials()[3].options != whole.trials()[3].options);
}

TEST_CASE("the search closes in on the best") {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const OptionSearch search = searched(60, seed);

        CHECK(*search.trials()[*search.best()].value < 0.15);  // within 15% of .02, of a range of a thousand
    }
}

TEST_CASE("failed trials are never the best, and of equal ones the first is") {
    OptionSearch search(kind, {});
    CHECK_FALSE(search.best().has_value());
    search.add({{}, {}, 0});
    CHECK_FALSE(search.best().has_value());
    search.add({{}, 0.5, 0});
    search.add({{}, 0.5, 0});
    search.add({{}, 0.25, 0});
    CHECK(search.best() == 1);
}

TEST_CASE("a best value at an end of its range is said, one inside is not") {
    OptionSearch search(kind_with({{"x", "1", "", "log 0.1 10"}, {"y", "5", "", "count 1 100"}}), {});
    CHECK(search.at_the_edge().empty());
    search.add({{{"x", "1"}, {"y", "10"}}, 0.5, 0});
    CHECK(search.at_the_edge().empty());
    search.add({{{"x", "0.101"}, {"y", "10"}}, 0.7, 0});

    const auto edges = search.at_the_edge();

    REQUIRE(edges.size() == 1);
    CHECK(edges[0].name == "x");
    CHECK(edges[0].value == "0.101");
    CHECK(edges[0].least == "0.1");
    CHECK(edges[0].most == "10");
}

TEST_CASE("a range that cannot be read is refused") {
    for (const char* wrong : {"log 0 1", "log 1", "linear 2 1", "of", "some 1 2", "count 1 x"}) {
        CHECK_THROWS_AS(OptionSearch(kind_with({{"x", "1", "", wrong}}), {}), UsageError);
    }
}
