#include "corpora/ratings/candidate_lists.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

/// "user|held out|candidate,candidate" a list.
std::vector<std::string> read(std::string_view bytes) {
    std::vector<std::string> lists;
    read_candidate_lists(memory_byte_stream(bytes, "test"), [&](const CandidateList& list) {
        std::string text = std::string(list.user) + "|" + std::string(list.held_out) + "|";
        for (const std::string_view item : list.candidates) text.append(item).append(",");
        lists.push_back(text);
    });
    return lists;
}

TEST_CASE("a list has its user, the item held out and the candidates as they stand") {
    CHECK(read("(0,25)\t1064\t174\t25\r\n\n(1,133)\t7\t7\n") ==
          std::vector<std::string>{"0|25|1064,174,25,", "1|133|7,7,"});
    CHECK(read("0 5 6\nanna\tb c\td") == std::vector<std::string>{"0||5,6,", "anna||b c,d,"});
    CHECK(read("(a,b,c)\td\n") == std::vector<std::string>{"a,b|c|d,"});
}

TEST_CASE("broken candidate lists are errors with their line") {
    CHECK(input_error([] { read("(0,25)\t1\n(1,133)\n"); }).starts_with("test:2: found a user without candidates"));
    CHECK(input_error([] { read("(0,25\t1\n"); }) == "test:1: found \"(0,25\", expected (user,item)");
    CHECK(input_error([] { read("(0)\t1\n"); }) == "test:1: found \"(0)\", expected (user,item)");
    CHECK(input_error([] { read("(,3)\t1\n"); }) == "test:1: found \"(,3)\", expected (user,item)");
    CHECK(input_error([] { read("\n\n"); }) == "test: found no candidate lists, expected some");
}

}  // namespace
}  // namespace eckart::corpora
