#include "corpora/bytes/lines.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

std::vector<std::string> lines_in(std::string_view bytes, std::size_t most = default_record_bytes) {
    LineReader reader(memory_byte_stream(bytes, "test"), most);
    std::vector<std::string> lines;
    std::string_view line;
    while (reader.next(line)) lines.emplace_back(line);
    return lines;
}

TEST_CASE("lines end at LF or CRLF, and the last needs no end") {
    CHECK(lines_in("a\nb\r\n\nc") == Ids{"a", "b", "", "c"});
    CHECK(lines_in("a\n") == Ids{"a"});
    CHECK(lines_in("").empty());
    CHECK(lines_in("\n") == Ids{""});
}

TEST_CASE("a byte order mark is no part of the first line") {
    CHECK(lines_in("\xef\xbb\xbfid\n\xef\xbb\xbf") == Ids{"id", "\xef\xbb\xbf"});
    CHECK(lines_in("\xef\xbb\xbf").empty());
}

TEST_CASE("UTF-16 is refused by name") {
    const std::string message = input_error([] {
        lines_in(
            std::string_view("\xff\xfe"
                             "a\0",
                             4));
    });

    CHECK(message == "test:1: found UTF-16, expected UTF-8 in a file of records");
}

TEST_CASE("lines longer than a block come whole") {
    const std::string first(3000000, 'x'), second(10, 'y'), third(700000, 'z');

    CHECK(lines_in(first + "\n" + second + "\n" + third) == Ids{first, second, third});
}

TEST_CASE("a line beyond the bound is an error with its number") {
    CHECK(input_error([] { lines_in("abc\nabcdef\n", 5); }) ==
          "test:2: found a line of more than 5 bytes, expected shorter ones");
    CHECK(lines_in("abcde\n", 5) == Ids{"abcde"});
    CHECK(input_error([] { lines_in(std::string(100 << 20, 'x'), 1 << 20); }).find("test:1: found a line of more") ==
          0);
}

TEST_CASE("text is shown in messages short and printable") {
    CHECK(in_quotes("a\tb\xff") == "\"a?b?\"");
    CHECK(in_quotes(std::string(50, 'x')) == "\"" + std::string(40, 'x') + "...\"");
}

TEST_CASE("words stand between white space of any kind and length") {
    CHECK(words_of(" a\t bc  \r").size() == 2);
    CHECK(words_of(" a\t bc  \r")[1] == "bc");
    CHECK(words_of("").empty());
    CHECK(words_of(" \t").empty());
    CHECK(trimmed("  a b\r\n") == "a b");
    CHECK(trimmed(" \n").empty());
}

}  // namespace
}  // namespace eckart::corpora
