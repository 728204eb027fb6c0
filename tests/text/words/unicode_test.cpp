#include "text/words/unicode.h"

#include <doctest/doctest.h>

#include <string>

using namespace eckart::text;

TEST_CASE("each maximal subpart that is not UTF-8 becomes one U+FFFD") {
    // The Unicode Standard, table 3-8.
    CHECK(valid_utf8("a\xF1\x80\x80\xE1\x80\xC2"
                     "b\x80"
                     "c\x80\xBF"
                     "d") ==
          "a\uFFFD\uFFFD\uFFFD"
          "b\uFFFD"
          "c\uFFFD\uFFFD"
          "d");
    CHECK(valid_utf8("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");
}

TEST_CASE("what is valid stays as it is") {
    const std::string text = "naïve 東京 👍 \n";
    CHECK(is_valid_utf8(text));
    CHECK(valid_utf8(text) == text);
    CHECK_FALSE(is_valid_utf8("\xC0\xAF"));
    CHECK_FALSE(is_valid_utf8("\xF4\x90\x80\x80"));
}

TEST_CASE("a character boundary is at or before the position") {
    const std::string text = "a\u6771z";
    CHECK(character_boundary(text, 0) == 0);
    CHECK(character_boundary(text, 1) == 1);
    CHECK(character_boundary(text, 2) == 1);
    CHECK(character_boundary(text, 3) == 1);
    CHECK(character_boundary(text, 4) == 4);
    CHECK(character_boundary(text, 9) == 5);
    CHECK(character_boundary("\x80\x80\x80\x80\x80\x80", 5) == 5);
}

TEST_CASE("accents are dropped from European letters, and vowel signs of other scripts stay") {
    CHECK(without_accents("Amélie à Córdoba") == "Amelie a Cordoba");
    CHECK(without_accents("Ame\u0301lie") == "Amelie");
    CHECK(without_accents("Smørrebrød, Łódź, Æon, œuvre") == "Smorrebrod, Lodz, AEon, oeuvre");
    CHECK(without_accents("plain text 1, 2") == "plain text 1, 2");
    CHECK(without_accents("हिन्दी") == "हिन्दी");
    CHECK(without_accents("\xff") == "\uFFFD");
    CHECK(without_accents("").empty());
}
