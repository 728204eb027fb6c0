#include "corpora/ratings/rating_columns.h"

#include <doctest/doctest.h>

#include "corpora/ratings/rating_values.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

TEST_CASE("columns are parsed from the command line's text") {
    CHECK(parse_rating_columns("user=a,item=b,rating=c d,time=4") == RatingColumns{"a", "b", "c d", "4"});
    CHECK(parse_rating_columns(" time = x=y , user=1") == RatingColumns{"1", "", "", "x=y"});
    CHECK(parse_rating_columns("") == RatingColumns());
    CHECK_THROWS_WITH_AS(parse_rating_columns("film=3"),
                         "found the column \"film\", expected user, item, rating or time", UsageError);
    CHECK_THROWS_WITH_AS(parse_rating_columns("user=a,user=b"), "found \"user=b\" after \"a\", expected one",
                         UsageError);
    CHECK_THROWS_AS(parse_rating_columns("user"), UsageError);
    CHECK_THROWS_AS(parse_rating_columns("user=,item=2"), UsageError);
    CHECK_THROWS_AS(parse_rating_columns("a,,b"), UsageError);
}

TEST_CASE("plain names have no case, no marks and nothing behind a colon") {
    CHECK(plain_column_name("User-ID") == "userid");
    CHECK(plain_column_name(" movie_id:token ") == "movieid");
    CHECK(plain_column_name("\"\"").empty());
}

TEST_CASE("the nearest float of a decimal is read, however it is written") {
    for (const char* text : {"0", "4", "3.5", "0.1", ".5", "5.", "-2", "1e2", "+0", "99999999", "0.3333333", "1234.567",
                             "0.123456789012345", "-0.25", " 4 ", "+4.5"}) {
        CAPTURE(text);
        CHECK(rating_value(std::string_view(text)) == std::stof(text));
    }
}

TEST_CASE("times are numbers as they stand, or dates in seconds since 1970") {
    const auto time = [](std::string_view text) { return rating_time(text).value_or(RatingTime()).whole; };

    CHECK(time("978300760") == 978300760);
    CHECK(time("-5") == -5);
    CHECK(time("1.5e9") == 1500000000);
    CHECK(time(" 17.9 ") == 17);
    CHECK(time("1970-01-01") == 0);
    CHECK(time("2005-09-06") == 1125964800);
    CHECK(time("2000-02-29T23:59:60") == 951868800);
    CHECK(time("1970-01-02 01:02") == 90120);
    CHECK(time("1970-01-01T00:00:01.999Z") == 1);
    CHECK(time("1970-01-01T02:00:00+02:00") == 0);
    CHECK(time("1969-12-31T22:30:00-01:30") == 0);
    CHECK(time("0001-01-01") == -62135596800);
}

TEST_CASE("fractions of a time are kept to nine digits, and times before 1970 are rounded down") {
    const auto time = [](std::string_view text) { return rating_time(text); };

    CHECK(time("1593878903.9") == RatingTime{1593878903, 900'000'000});
    CHECK(time(" 1593878903.1234567891 ") == RatingTime{1593878903, 123'456'789});
    CHECK(time("9007199254740993.5") == RatingTime{9007199254740993, 500'000'000});
    CHECK(time("1970-01-01T00:00:01.999Z") == RatingTime{1, 999'000'000});
    CHECK(time("2024-03-04 10:00:00.000001+01:00") == RatingTime{1709542800, 1'000});
    CHECK(time("-1.25") == RatingTime{-2, 750'000'000});
    CHECK(time("-0.5") == RatingTime{-1, 500'000'000});
    CHECK(time("-3.0") == RatingTime{-3, 0});
    CHECK(time("1.5e0") == RatingTime{1, 500'000'000});
    CHECK(rating_time(-0.25) == RatingTime{-1, 750'000'000});
    CHECK(rating_time(0.99999999999) == RatingTime{0, 999'999'999});
}

TEST_CASE("what is too small for a number is 0") {
    CHECK(rating_value("1e-50") == 0);
    CHECK(rating_value("-1e-400") == 0);
}

TEST_CASE("what is no time is none") {
    for (const char* text : {"",
                             " ",
                             "soon",
                             "nan",
                             "inf",
                             "1e19",
                             "2001-02-29",
                             "2005-9-6",
                             "2005-13-01",
                             "2005-01-00",
                             "2005-09-06T",
                             "2005-09-06T24:00",
                             "2005-09-06T12",
                             "2005-09-06T12:60",
                             "2005-09-06T12:00:61",
                             "2005-09-06T12:00:00.",
                             "2005-09-06T12:00Zx",
                             "2005-09-06T12:00+2",
                             "2005-09-06x",
                             "2005/09/06",
                             "-9223372036854775808"}) {
        CAPTURE(text);
        CHECK(!rating_time(std::string_view(text)).has_value());
    }
}

}  // namespace
}  // namespace eckart::corpora
