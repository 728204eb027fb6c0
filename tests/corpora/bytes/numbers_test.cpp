#include "corpora/bytes/numbers.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <string>

namespace eckart::corpora {
namespace {

TEST_CASE("numbers are read with a sign, an exponent and blanks around them") {
    CHECK(real_number("4") == 4);
    CHECK(real_number("+3.5") == 3.5);
    CHECK(real_number(" -1e-2\t") == -0.01);
    CHECK(real_number(".5") == 0.5);
    CHECK(real_number("5.") == 5);
    CHECK(real_number("2.5E+2") == 250);
    CHECK(real_number("1e-310") == 1e-310);
}

TEST_CASE("what is too small for a double is 0, however it is written") {
    const std::string zeros(400, '0');

    for (const std::string& text : {std::string("1e-400"), std::string("0.001e-330"), "0." + zeros + "1",
                                    "1" + zeros + "e-900", std::string("1e-99999999999999999999")}) {
        CAPTURE(text);
        CHECK(real_number(text) == 0);
        CHECK(std::signbit(real_number("-" + text).value_or(1)));
        CHECK(real_number("+" + text) == 0);
    }
}

TEST_CASE("what is no finite double is no number") {
    const std::string zeros(400, '0');

    for (const std::string& text :
         {std::string("1e400"), "1" + zeros, "0." + zeros + "1e900", std::string("-2e+999999999999999999999"),
          std::string("nan"), std::string("inf"), std::string("-infinity"), std::string(), std::string("+"),
          std::string("+-1"), std::string("++1"), std::string("1 2"), std::string("1x"), std::string("1e-400x")}) {
        CAPTURE(text);
        CHECK_FALSE(real_number(text).has_value());
    }
}

TEST_CASE("what looks like a number is told from words") {
    for (const char* text : {"1", "+1", " 2 ", "nan", "inf", "1e999", "1e-999"}) CHECK(looks_like_number(text));
    for (const char* text : {"", " ", "x", "1x", "+-1", "1 2"}) CHECK_FALSE(looks_like_number(text));
}

}  // namespace
}  // namespace eckart::corpora
