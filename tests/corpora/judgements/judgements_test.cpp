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

TEST_CASE("numbers of SMART's form match with and without zeros before them") {
    const Judgements expected = {{"1", {{"20", 1}, {"305", 1}}}, {"12", {{"7", 1}}}};

    CHECK(read("01 305  0 0\n01 20  0 0\n12 07  0 0\n") == expected);
    CHECK(read("0 0 0 0\n") == Judgements{{"0", {{"0", 1}}}});
}

TEST_CASE("a line of zeros is TREC's where another line is") {
    CHECK(read("1 0 0 0\n1 0 8 2\n") == Judgements{{"1", {{"0", 0}, {"8", 2}}}});
    CHECK(read("01 0 0 0\nq2 0 0 0\n") == Judgements{{"01", {{"0", 0}}}, {"q2", {{"0", 0}}}});
}

TEST_CASE("whole grades may be written as decimals") {
    CHECK(read("1 0 a 1.0\n1 0 b 0.00\n2 0 c +3\n") == Judgements{{"1", {{"a", 1}, {"b", 0}}}, {"2", {{"c", 3}}}});
    CHECK(read("query-id\tcorpus-id\tscore\nq\tx\t2.0\n") == Judgements{{"q", {{"x", 2}}}});
    CHECK(input_error([] { read("1 0 a 1\n1 0 b 0.5\n"); }) ==
          "test:2: found the grade \"0.5\", expected a whole number");
}

TEST_CASE("lines that begin with a hash are comments") {
    CHECK(read("# made by hand\n1 0 a 1\n#1 0 b 1\n  # indented\n") == Judgements{{"1", {{"a", 1}}}});
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
    CHECK(input_error([] { read("hello\n"); }).find("test:1: found 1 column, expected query") == 0);
    CHECK(input_error([] { read("\n"); }) == "test: found no judgements, expected some");
    CHECK(input_error([] { read_judgements("/nonexistent/qrels"); }) ==
          "/nonexistent/qrels: No such file or directory");
}

}  // namespace
}  // namespace eckart::corpora
