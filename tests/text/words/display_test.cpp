#include "text/words/display.h"

#include <doctest/doctest.h>

using namespace eckart::text;

TEST_CASE("columns are those of a terminal: wide characters two, marks none, blanks in a row one") {
    CHECK(columns("") == 0);
    CHECK(columns("abc def") == 7);
    CHECK(columns("abc \n\t def") == 7);
    CHECK(columns("\u6771\u4eac") == 4);
    CHECK(columns("e\u0301t\u00e9") == 3);
    CHECK(columns("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd") == 4);  // Hebrew with points
    CHECK(columns("\u1112\u1161\u11ab") == 2);                          // a syllable of Hangul in three letters
    CHECK(columns("a\u200d\u200eb") == 2);
    CHECK(columns("a\xff"
                  "b") == 3);
}

TEST_CASE("a counter stops before the character that no longer fits, and marks go with their letter") {
    const std::string text = "a\u6771e\u0301x";

    CHECK(ColumnCounter(text).advance_within(0) == 0);
    CHECK(ColumnCounter(text).advance_within(1) == 1);
    CHECK(ColumnCounter(text).advance_within(2) == 1);
    CHECK(ColumnCounter(text).advance_within(3) == 4);
    CHECK(ColumnCounter(text).advance_within(4) == 7);
    CHECK(ColumnCounter(text).advance_within(99) == text.size());
}

TEST_CASE("what is shown has single spaces, no controls, and no directions that reach over its end") {
    const auto shown = [](std::string_view text) {
        std::string to;
        append_shown(to, text);
        return to;
    };

    CHECK(shown("\n a \t\r\n b\u0085c\u2028d\x1b[0m ") == "a b c d [0m ");
    CHECK(shown("\u202eabc\u202c \u2067def\u2069") == "abc def");
    CHECK(shown("\u05d0\u200e\u200d1") == "\u05d0\u200e\u200d1");  // marks that reach over nothing stay
    CHECK(shown("\ufeff"
                "a\xff\xe2\x80"
                "b") == "a\ufffd\ufffdb");
    CHECK(is_blank(" \t\u2029"));
    CHECK_FALSE(is_blank(" \u3000"));
    CHECK(begins_with_mark("\u0301x"));
    CHECK(begins_with_mark("\u200dx"));
    CHECK_FALSE(begins_with_mark("x\u0301"));
}

TEST_CASE("sentences begin behind marks of any script, and paragraphs behind empty lines") {
    const auto start = [](std::string_view gap) { return sentence_start(gap, 0, gap.size()); };

    CHECK_FALSE(start(""));
    CHECK_FALSE(start(" and "));
    CHECK_FALSE(start("."));  // as in 3.14
    CHECK(start(". ") == 2);
    CHECK(start(".\u201d (And then it ") == 5);  // with what opens it
    CHECK(start("! \"") == 2);
    CHECK(start("? Yes. No ") == 7);  // the last one
    CHECK(start("\u3002") == 3);
    CHECK(start("\u3002\u300d\u300c") == 6);
    CHECK(start("\u0964 ") == 4);               // danda
    CHECK(start("\u061f ") == 3);               // Arabic question mark
    CHECK(start("\u1362") == 3);                // Ethiopic full stop
    CHECK(start("\u104b") == 3);                // Myanmar section
    CHECK(start("\u17d4") == 3);                // Khmer khan
    CHECK(start(".\u201c Und ") == 5);          // a German quotation ends
    CHECK(start("\u3002\u201c") == 3);          // a Chinese one begins
    CHECK(start("\u00a0?\u00a0\u00bb ") == 8);  // a French one ends
    CHECK(start("\n\n") == 2);
    CHECK(start("\n   - ") == 4);
    CHECK_FALSE(start("\n"));
}
