#include "tools/jobs/common/shown_text.h"

#include <doctest/doctest.h>

using namespace eckart::jobs;

TEST_CASE("widths are those of a terminal, whatever the locale of the program") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("\xC3\xA9t\xC3\xA9") == 3);         // été
    CHECK(display_width("e\xCC\x81") == 1);                 // e and a combining accent
    CHECK(display_width("\xE6\x9D\xB1\xE4\xBA\xAC") == 4);  // two ideographs
    CHECK(display_width("a\xFF"
                        "b") == 3);  // a byte that is not UTF-8
}

TEST_CASE("text is cut between characters, with an ellipsis, and loses its control characters") {
    CHECK(cut_to("abcdef", 6) == "abcdef");
    CHECK(cut_to("abcdef", 4) == "abc\xE2\x80\xA6");
    CHECK(cut_to("abcdef", 0) == "abcdef");
    CHECK(cut_to("\xE6\x9D\xB1\xE4\xBA\xAC", 3) == "\xE6\x9D\xB1\xE2\x80\xA6");
    CHECK(printable("a\tb\nc\x1b[2Jd\x7f") == "a b c [2Jd ");
}

TEST_CASE("control characters of two bytes become as many spaces, and the letters beside them stay") {
    CHECK(printable("a\xC2\x9B[2J\xC2\xA0\xC3\xA9\xC2") == "a  [2J\xC2\xA0\xC3\xA9\xC2");
}

TEST_CASE("text of many lines keeps its lines and tabs, and a break of two characters becomes one") {
    CHECK(printable_lines("a\tb\r\nc\rd\x1b[0m\n\r\n") == "a\tb\nc d [0m\n\n");
    CHECK(printable_lines("").empty());
}
