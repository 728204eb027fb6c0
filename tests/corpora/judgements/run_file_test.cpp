#include "corpora/judgements/run_file.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

Run run_of(std::string_view bytes) {
    return read_run(memory_byte_stream(bytes, "test"));
}

Ids documents_of(const std::vector<RunEntry>& ranking) {
    Ids ids;
    for (const RunEntry& entry : ranking) ids.push_back(entry.document);
    return ids;
}

TEST_CASE("the order comes from the scores, and among equals from the greater id") {
    const Run run = run_of("q2 Q0 z 1 1 t\nq1 Q0 a 1 0.5 t\nq1 Q0 b 2 1e1 t\nq1\tQ0\tc\t3\t0.5\tt\r\n");

    REQUIRE(run.size() == 2);
    CHECK(documents_of(run.at("q1")) == Ids{"b", "c", "a"});
    CHECK(run.at("q1")[0].score == 10);
}

TEST_CASE("what is written reads back in the order given, with the same scores") {
    const std::vector<RunEntry> ranking = {{"b", 2.0 / 3}, {"a", 0.1}, {"c", -1e-300}};
    const std::vector<RunEntry> ties = {{"a", 1}, {"b", 1}, {"c", 1}};
    std::ostringstream out;

    write_run(out, "q", ranking);
    write_run(out, "ties", ties);
    const Run run = run_of(out.str());

    CHECK(documents_of(run.at("q")) == Ids{"b", "a", "c"});
    for (std::size_t i = 0; i < ranking.size(); ++i) CHECK(run.at("q")[i].score == ranking[i].score);
    CHECK(documents_of(run.at("ties")) == Ids{"a", "b", "c"});
    CHECK(out.str().substr(0, out.str().find('\n')) == "q Q0 b 1 0.6666666666666666 eckart");
}

/// Documents in the order that trec_eval sees when it holds scores as floats.
Ids order_as_floats(Run run, const std::string& query) {
    std::vector<RunEntry>& ranking = run.at(query);
    std::sort(ranking.begin(), ranking.end(), [](const RunEntry& a, const RunEntry& b) {
        const auto x = static_cast<float>(a.score), y = static_cast<float>(b.score);
        return x != y ? x > y : a.document > b.document;
    });
    return documents_of(ranking);
}

TEST_CASE("scores that are equal as floats keep the order given") {
    const std::vector<std::vector<RunEntry>> rankings = {
        {{"a", 0.3}, {"b", 0.3}, {"c", 0.3}, {"d", 0.1}},
        {{"a", 1}, {"b", 1 - 1e-12}, {"c", 1 - 2e-12}},
        {{"a", 0}, {"b", 0}, {"c", -0.0}, {"d", -1e-50}},
        {{"a", -7.25}, {"b", -7.25}, {"c", -7.25 - 1e-9}},
    };

    for (const auto& ranking : rankings) {
        std::ostringstream out;
        write_run(out, "q", ranking);
        CHECK(documents_of(run_of(out.str()).at("q")) == documents_of(ranking));
        CHECK(order_as_floats(run_of(out.str()), "q") == documents_of(ranking));
    }
}

TEST_CASE("comments, blanks in a tag, signs and the smallest numbers are read") {
    const Run run = run_of("# by hand\n1 Q0 a 1 -1e-3 my tag\n1 Q0 b 2 +4 x\n1 Q0 c 3 1e-400 x\n");

    CHECK(documents_of(run.at("1")) == Ids{"b", "c", "a"});
    CHECK(run.at("1")[1].score == 0);
}

TEST_CASE("a query that begins with a hash is no comment once written") {
    std::ostringstream out;

    write_run(out, "#1", {{"#2", 3}});

    CHECK(out.str() == "%231 Q0 #2 1 3 eckart\n");
}

TEST_CASE("blanks in ids do not break the columns") {
    std::ostringstream out;

    write_run(out, "q", {{"my file.txt", 1}}, "tag");

    CHECK(out.str() == "q Q0 my%20file.txt 1 1 tag\n");
}

TEST_CASE("a byte order mark in the middle of joined files is refused with its line") {
    const std::string mark = "\xef\xbb\xbf";

    CHECK(run_of(mark + "q1 Q0 a 1 2 t\n").contains("q1"));
    CHECK_THROWS_WITH_AS(run_of("q1 Q0 a 1 2 t\n" + mark + "q2 Q0 a 1 2 t\n"), doctest::Contains("test:2: "),
                         eckart::InputError);
    CHECK_THROWS_WITH_AS(run_of(mark + mark + "q1 Q0 a 1 2 t\n"), doctest::Contains("test:1: "), eckart::InputError);
}

TEST_CASE("broken lines are errors with their number") {
    CHECK(input_error([] { run_of("q Q0 a 1 0.5\n"); }) ==
          "test:1: found 5 columns, expected query, Q0, document, rank, score and tag");
    CHECK(input_error([] { run_of("q Q0 a 1 nan t\n"); }) ==
          "test:1: found the score \"nan\", expected a finite number");
    CHECK(input_error([] { run_of("q Q0 a 1 x t\n"); }) == "test:1: found the score \"x\", expected a finite number");
    CHECK(input_error([] { run_of("q Q0 a 1 2 t\nq Q0 a 2 1 t\n"); }) ==
          "test: found document \"a\" twice for query \"q\", expected once");
    CHECK(input_error([] { run_of(""); }) ==
          "test: found no lines, expected those of a run: query, Q0, document, rank, score and tag");
}

}  // namespace
}  // namespace eckart::corpora
