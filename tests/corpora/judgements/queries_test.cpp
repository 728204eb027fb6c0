#include "corpora/judgements/queries.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

void check_read(std::string_view bytes, const std::vector<std::pair<std::string, std::string>>& expected) {
    const ScratchFolder folder;

    const std::vector<Query> queries = read_queries(folder.write("queries", bytes));

    REQUIRE(queries.size() == expected.size());
    for (std::size_t i = 0; i < queries.size(); ++i) {
        CHECK(queries[i].id == expected[i].first);
        CHECK(queries[i].text == expected[i].second);
    }
}

std::string error_of(std::string_view bytes) {
    const ScratchFolder folder;
    const std::string path = folder.write("queries", bytes);
    const std::string message = input_error([&] { read_queries(path); });
    return message.substr(std::min(path.size(), message.size()));
}

TEST_CASE("each form of query file is told by its first line") {
    check_read(".I 3\r\n.W\r\nsparse matrices\r\n", {{"1", "sparse matrices"}});
    check_read("{\"_id\": \"0\", \"text\": \"a claim\", \"metadata\": {}}\n", {{"0", "a claim"}});
    check_read("q1\tone two\nq2\tthree\tfour\r\n", {{"q1", "one two"}, {"q2", "three\tfour"}});
    check_read("one two\n\nthree\n", {{"1", "one two"}, {"3", "three"}});
    check_read(gzipped("one two\n"), {{"1", "one two"}});
}

TEST_CASE("what does not keep to the form is an error with its line") {
    CHECK(error_of("q1\tone\ntwo\n") == ":2: found \"two\", expected an id, a tab and a query");
    CHECK(error_of("q1\tone\nq1\ttwo\n") == ": found the query id \"q1\" twice, expected once");
    CHECK(error_of(" \n") == ": found no queries, expected some");
    CHECK(error_of("{\"_id\": \"1\", \"text\"").find(":1: found") == 0);
    CHECK(input_error([] { read_queries("/nonexistent/q"); }) == "/nonexistent/q: No such file or directory");
}

}  // namespace
}  // namespace eckart::corpora
