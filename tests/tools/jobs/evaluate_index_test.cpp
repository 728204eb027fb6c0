#include "tools/jobs/search/evaluate_index.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tests/tools/jobs/small_collection.h"
#include "tools/jobs/search/search.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::jobs::testing;

namespace {

const std::vector<corpora::Query> two_queries = {{"q1", "torn sail"}, {"q2", "yeast"}};

double value(const RankingEvaluation& evaluation, const std::string& metric) {
    for (const MeasuredRanking& measure : evaluation.measures) {
        if (measure.metric == metric) return measure.mean.mean;
    }
    return -1;
}

std::string note(const RankingEvaluation& evaluation, const std::string& code) {
    for (const Note& each : evaluation.notes) {
        if (each.code == code) return each.text;
    }
    return {};
}

/// What the index ranks for the queries, as a run.
corpora::Run run_of(const text::Index& index) {
    corpora::Run run;
    search(index, two_queries, {.ranking = {.count = 1000}, .snippet_width = 0}, Work(), [&](const Answer& answer) {
        auto& entries = run[answer.query.id];
        for (const FoundDocument& found : answer.documents) entries.push_back({found.hit.document, found.hit.score});
    });
    return run;
}

}  // namespace

TEST_CASE("an index and the run that it writes have the same measures") {
    const SmallCollection small;
    const auto index = text::Index::open(small.index);
    const corpora::Judgements judgements = {{"q1", {{"b2", 2}, {"b1", 1}}}, {"q2", {{"f3", 1}}}};

    const auto direct = evaluate_index(index, two_queries, judgements, {}, Work());
    const auto run = evaluate_run(run_of(index), judgements, Work());

    REQUIRE(direct.measures.size() == run.measures.size());
    for (std::size_t m = 0; m < direct.measures.size(); ++m) {
        CHECK(direct.measures[m].metric == run.measures[m].metric);
        CHECK(direct.measures[m].mean.mean == run.measures[m].mean.mean);
        CHECK(direct.measures[m].mean.low == run.measures[m].mean.low);
    }
    CHECK(direct.notes.empty());
    CHECK(direct.compared.empty());
}

TEST_CASE("a judged query that was not asked counts 0 and is named, with an index as with a run") {
    const SmallCollection small;
    const auto index = text::Index::open(small.index);
    const corpora::Judgements judgements = {{"q1", {{"b2", 1}}}, {"q8", {{"b1", 1}}}, {"q9", {{"b3", 0}}}};

    const auto direct = evaluate_index(index, two_queries, judgements, {}, Work());
    const auto run = evaluate_run(run_of(index), judgements, Work());

    CHECK(value(direct, "mrr") == doctest::Approx(0.5));
    CHECK(value(run, "mrr") == doctest::Approx(0.5));
    CHECK(note(direct, "queries-missing") == "1 judged query is not in the file of queries and counts 0: q8");
    CHECK(note(run, "queries-missing") == "1 judged query is not in the run and counts 0: q8");
    CHECK(note(direct, "queries-left-out") ==
          "1 query without a relevant document in the judgements is left out");  // q2 has no judgement
}

TEST_CASE("judgements of no query that was asked are an error, with an index as with a run") {
    const SmallCollection small;
    const auto index = text::Index::open(small.index);
    const corpora::Judgements others = {{"7", {{"b2", 1}}}}, grades_of_zero = {{"q1", {{"b2", 0}}}};

    for (const corpora::Judgements& judgements : {others, grades_of_zero}) {
        const auto direct = message_of<InputError>([&] { evaluate_index(index, two_queries, judgements, {}, Work()); });
        CHECK(direct.starts_with("no query has a relevant document in the judgements"));
        CHECK(direct == message_of<InputError>([&] { evaluate_run(run_of(index), judgements, Work()); }));
    }
}

TEST_CASE("two modes are compared on the same queries") {
    const SmallCollection small;
    const auto index = text::Index::open(small.index);
    const corpora::Judgements judgements = {{"q1", {{"b2", 1}}}, {"q2", {{"f3", 1}}}, {"q3", {{"f1", 1}}}};

    const auto same = evaluate_index(index, two_queries, judgements,
                                     {.mode = text::Mode::lexical, .compare = text::Mode::lexical}, Work());
    const auto other = evaluate_index(index, two_queries, judgements, {.compare = text::Mode::latent}, Work());

    REQUIRE(same.differences.size() == same.measures.size());
    for (const MeasuredDifference& difference : same.differences) {
        CHECK(difference.test.difference == 0);
        CHECK(difference.test.n == 3);
    }
    CHECK(other.compared.size() == other.measures.size());
}

TEST_CASE("judged documents that the index does not have are told") {
    const SmallCollection small;
    const corpora::Judgements judgements = {{"q1", {{"b2", 1}, {"gone", 1}}}};

    const auto evaluation = evaluate_index(text::Index::open(small.index), two_queries, judgements, {}, Work());

    CHECK(note(evaluation, "documents-unknown").find("1 judged document is not in the index, for example 'gone'") !=
          std::string::npos);
}
