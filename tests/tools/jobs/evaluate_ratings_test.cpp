#include "tools/jobs/ratings/evaluate_ratings.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/error.h"
#include "tools/jobs/ratings/recommend.h"
#include "tools/jobs/trained_films.h"

using namespace eckart::jobs;
using namespace eckart::testing;

namespace {

double value_of(const RatingsEvaluation& result, const std::string& model, std::size_t measure) {
    for (const MeasuredModel& one : result.models) {
        if (one.label == model) return summary_of(one.evaluations, measure, 1).value().mean.value;
    }
    FAIL("there is no model ", model);
    return 0;
}

}  // namespace

TEST_CASE("baselines are measured beside the models, bias only where ratings differ") {
    const TemporaryFolder folder;
    const RatingsSource graded = {.sources = {folder.write("r.csv", small_ratings())}};
    const RatingsSource lists = {
        .sources = {folder.write("l.tsv", "user\titem\na\tx\na\ty\nb\ty\nb\tz\nc\tx\nc\tz\na\tz\nb\tx\n")}};
    const auto labels = [](const RatingsEvaluation& result) {
        std::string joined;
        for (const MeasuredModel& model : result.models) joined += model.label + " ";
        return joined;
    };

    CHECK(labels(evaluate_ratings(graded, {.models = "als:sweeps=2"}, {})) == "popular bias als:sweeps=2 ");
    CHECK(labels(evaluate_ratings(graded, {.models = "bias"}, {})) == "popular bias ");
    CHECK(labels(evaluate_ratings(lists, {.protocol = {.holdout = 0.3}}, {})) == "popular ");
}

TEST_CASE("folds and repeats are all measured, and their spread is the standard deviation") {
    const TemporaryFolder folder;
    const RatingsSource source = {.sources = {folder.write("r.csv", small_ratings())}};
    const RatingsEvaluationOptions options = {.metrics = "rmse",
                                              .protocol = {.protocol = "folds", .folds = 3, .repeat = 2}};

    const RatingsEvaluation result = evaluate_ratings(source, options, {});

    const MeasuredModel& bias = result.models.at(1);
    REQUIRE(bias.evaluations.size() == 6);
    double mean = 0, squares = 0;
    for (const auto& one : bias.evaluations) mean += one.summary(0, 1)->value / 6;
    for (const auto& one : bias.evaluations) squares += std::pow(one.summary(0, 1)->value - mean, 2);
    const SplitSummary summary = summary_of(bias.evaluations, 0, 1).value();
    CHECK(summary.mean.value == doctest::Approx(mean));
    CHECK(summary.spread == doctest::Approx(std::sqrt(squares / 5)));
    CHECK(!summary_of(result.models.at(0).evaluations, 0, 1));  // popular predicts no ratings
}

TEST_CASE("what evaluate ranks is what recommend shows with the same least ratings") {
    const TemporaryFolder folder;
    // "rare" has one rating, the highest; it is what a's test asks for.
    std::string train = "user,item,rating\nz,rare,5\n";
    for (const char* user : {"a", "b", "c", "d", "e", "f"}) {
        for (const char* item : {"1", "2", "3"}) {
            if (user[0] == 'a' && item[0] == '3') continue;
            train.append(user).append(",").append(item).append(item[0] == '1' ? ",3\n" : ",2\n");
        }
    }
    const std::string train_file = folder.write("train.csv", train);
    RatingsEvaluationOptions options = {.metrics = "hr@1", .protocol = {.test = {}}};
    options.protocol.train = {train_file};
    options.protocol.test = {folder.write("test.csv", "user,item,rating\na,rare,5\n")};
    TrainOptions bias;
    bias.model = "bias";
    static_cast<void>(eckart::jobs::train({.sources = {train_file}}, folder / "m", bias, {}));
    const OpenModel model(folder / "m");
    const Person a = stored_person(model, "a");

    for (const std::int64_t least : {0, 1, 2, 3}) {
        CAPTURE(least);
        options.least_ratings = least;
        const auto shown = recommend(model, {&a, 1}, {.count = 1, .least_ratings = least}, {}).at(0);
        const double hit = value_of(evaluate_ratings({}, options, {}), "bias", 0);
        CHECK(hit == (shown.items.at(0).item == "rare" ? 1.0 : 0.0));
        CHECK(hit == (least <= 1 ? 1.0 : 0.0));
    }
}

TEST_CASE("how many ratings an item needs to be ranked is said, unless it was asked for or is none") {
    const TemporaryFolder folder;
    const RatingsSource few = {.sources = {folder.write("few.csv", small_ratings(30))}};
    const RatingsSource many = {.sources = {folder.write("many.csv", small_ratings(120))}};
    const auto notes = [](const RatingsSource& source, const RatingsEvaluationOptions& options) {
        return evaluate_ratings(source, options, {}).notes;
    };

    CHECK(has_note(notes(many, {}), "least-ratings"));
    CHECK(!has_note(notes(few, {}), "least-ratings"));
    CHECK(!has_note(notes(many, {.least_ratings = 0}), "least-ratings"));
    CHECK(!has_note(notes(many, {.metrics = "rmse"}), "least-ratings"));
}

TEST_CASE("what surprises is noted, and what does not go together refused") {
    const TemporaryFolder folder;
    const RatingsSource source = {.sources = {folder.write("r.csv", small_ratings())}};
    const auto refused = [&](const RatingsEvaluationOptions& options) {
        CHECK_THROWS_AS(static_cast<void>(evaluate_ratings(source, options, {})), eckart::UsageError);
    };

    CHECK(has_note(evaluate_ratings(source, {}, {}).notes, "all-are-likes"));
    CHECK(!has_note(evaluate_ratings(source, {.positive = 4.0F}, {}).notes, "all-are-likes"));
    refused({.models = "magic"});
    refused({.options = {{"factors", "3"}}});
    refused({.metrics = "auc"});
    refused({.protocol = {.protocol = "best"}});
    refused({.protocol = {.protocol = "ncf"}});
    refused({.protocol = {.train = source.sources, .test = source.sources}});
    CHECK_THROWS_AS(static_cast<void>(evaluate_ratings({}, {}, {})), eckart::UsageError);
}
