#include "tools/jobs/search/search.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tests/tools/jobs/small_collection.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::jobs::testing;

namespace {

using Ids = std::vector<std::string>;

Ids ids(const Answer& answer) {
    Ids found;
    for (const FoundDocument& document : answer.documents) found.push_back(document.hit.document);
    return found;
}

}  // namespace

TEST_CASE("one opened index answers many queries, in their order and as one by one") {
    const SmallCollection small;
    const auto index = text::Index::open(small.index);
    std::vector<corpora::Query> queries;
    for (int i = 0; i < 150; ++i) queries.push_back({std::to_string(i), i % 2 == 0 ? "torn sail" : "yeast"});
    std::vector<Answer> answers;

    search(index, queries, {}, Work(), [&](const Answer& answer) { answers.push_back(answer); });

    REQUIRE(answers.size() == queries.size());
    const Ids sail = ids(search(index, "torn sail", {}, Work())), yeast = ids(search(index, "yeast", {}, Work()));
    REQUIRE(!sail.empty());
    CHECK(sail.front() == "b2");
    for (std::size_t i = 0; i < answers.size(); ++i) {
        CHECK(answers[i].query.id == queries[i].id);
        CHECK(ids(answers[i]) == (i % 2 == 0 ? sail : yeast));
    }
}

TEST_CASE("documents have snippets and explanations where they are asked for") {
    const SmallCollection small;
    const auto index = text::Index::open(small.index);

    const Answer plain = search(index, "yeast", {.snippet_width = 0}, Work());
    const Answer full = search(index, "yeast", {.explain = true}, Work());

    REQUIRE(!plain.documents.empty());
    CHECK(plain.documents[0].snippet.text.empty());
    CHECK(!plain.documents[0].explanation);
    CHECK(full.documents[0].snippet.text.find("yeast") != std::string::npos);
    REQUIRE(full.documents[0].explanation);
    CHECK(full.documents[0].explanation->score == doctest::Approx(full.documents[0].hit.score));
}

TEST_CASE("a query that nothing matches has an answer without documents") {
    const SmallCollection small;

    CHECK(search(text::Index::open(small.index), "zzyzx", {}, Work()).documents.empty());
}

TEST_CASE("similar documents and terms come from the same index, and unknown names are refused") {
    const SmallCollection small;
    const auto index = text::Index::open(small.index);

    const auto similar = similar_documents(index, "b1", {.count = 2}, Work());
    const auto terms = nearest_terms(index, "oar", 3, Work());

    REQUIRE(similar.size() == 2);
    for (const text::Hit& hit : similar) CHECK(hit.document.front() == 'b');
    REQUIRE(!terms.empty());
    CHECK_THROWS_AS(similar_documents(index, "b9", {}, Work()), UnknownIdError);
    CHECK_THROWS_AS(nearest_terms(index, "zzyzx", 3, Work()), UnknownIdError);
}

TEST_CASE("queries stop when they are asked to, and where memory does not suffice") {
    const SmallCollection small;
    const auto index = text::Index::open(small.index);
    Work stopped, tight;
    stopped.progress = Progress({}, [] { return true; });
    tight.memory = {1};

    CHECK_THROWS_AS(search(index, "oar", {}, stopped), InterruptedError);
    CHECK_THROWS_AS(search(index, "oar", {}, tight), MemoryError);
    CHECK_THROWS_AS(similar_documents(index, "b1", {}, tight), MemoryError);
    CHECK_THROWS_AS(nearest_terms(index, "oar", 3, tight), MemoryError);
}
