#include "engine/support/ascii.h"

#include <doctest/doctest.h>

using namespace eckart;

TEST_CASE("white space is taken off both ends and nowhere else") {
    CHECK(trimmed(" \t a b\r\n") == "a b");
    CHECK(trimmed("ab") == "ab");
    CHECK(trimmed(" \v\f ").empty());
    CHECK(trimmed("").empty());
}

TEST_CASE("only letters of ASCII become lower case") {
    CHECK(lower_ascii("AZaz09[`") == "azaz09[`");
    CHECK(lower_ascii("\xC3\x89t\xC3\xA9") == "\xC3\x89t\xC3\xA9");
}
