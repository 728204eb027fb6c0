#include "corpora/judgements/judgements.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

Judgements read(std::string_view bytes) {
    return read_judgements(memory_byte_stream(bytes, "test"));
}

TEST_CASE("TREC, BEIR and SMART forms are told apart") {
    const Judgements expected = {{"1", {{"12", 1}, {"13", 1}}}, {"2", {{"7", 1}}}};

    CHECK(read("1 0 12 1\n1 Q0 13 1\n\n2\t0\t7\t1\r\n") == expected);
    CHECK(read("query-id\tcorpus-id\tscore\r\n1\t12\t1\r\n1\t13\t1\r\n2\t7\t1\r\n") == expected);
    CHECK(read("1 12 1 \n1 13 1\n2 7 1\n") == expected);
    CHECK(read("     1     12\t0\t0.000000\r\n 1 13 0 0.0\n 2 7 0 0.0\n") == expected);
}

TEST_CASE("grades are kept, and the higher of two") {
    CHECK(read("1 0 a -1\n1 0 b 4\n1 0 b 2\n1 0 a 0\n") == Judgements{{"1", {{"a", 0}, {"b", 4}}}});
}

TEST_CASE("broken lines are errors with their number") {
    CHECK(input_error([] { read("1 0 a\n2 0 b 1\n"); }).find("test:2: found 4 columns, expected 3") == 0);
    CHECK(input_error([] { read("1 0 a 1\n1 0 b\n"); }) ==
          "test:2: found 3 columns, expected 4 as in the lines before");
    CHECK(input_error([] { read("1 0 a 1\n1 0 b x\n"); }) == "test:2: found the grade \"x\", expected a whole number");
    CHECK(input_error([] { read("1 0 a 99999999999\n"); }).find("test:1: found the grade") == 0);
    CHECK(input_error([] { read("hello\n"); }).find("test:1: found 1 columns, expected query") == 0);
    CHECK(input_error([] { read("\n"); }) == "test: found no judgements, expected some");
    CHECK(input_error([] { read_judgements("/nonexistent/qrels"); }) ==
          "/nonexistent/qrels: No such file or directory");
}

}  // namespace
}  // namespace eckart::corpora
