#include "corpora/ratings/rating_table.h"

#include <doctest/doctest.h>

#include <string>

#include "corpora/ratings/ratings_scratch.h"

namespace eckart::corpora {
namespace {

const OwnRatings two_with_times = {{"1", "1193", 5, 978300760}, {"2", "661", 3.5F, 978302109}};
const OwnRatings two_without = {{"1", "1193", 5, no_time}, {"2", "661", 3.5F, no_time}};

TEST_CASE("MovieLens' three forms hold the same ratings") {
    CHECK(ratings_in("1\t1193\t5\t978300760\n2\t661\t3.5\t978302109\n") == two_with_times);
    CHECK(ratings_in("1::1193::5::978300760\n2::661::3.5::978302109\n") == two_with_times);
    CHECK(ratings_in("userId,movieId,rating,timestamp\r\n1,1193,5.0,978300760\r\n2,661,3.5,978302109\r\n") ==
          two_with_times);
}

TEST_CASE("the time may be missing") {
    CHECK(ratings_in("1::1193::5\n2::661::3.5") == two_without);
    CHECK(ratings_in("1\t1193\t5\n2\t661\t3.5") == two_without);
    CHECK(ratings_in("1,1193,5\n2,661,3.5") == two_without);
    CHECK(ratings_in("user,item,rating,time\n1,1193,5,\n2,661,3.5, \n") == two_without);
    CHECK(ratings_in("1\t1193\t5\t\n2\t661\t3.5\t978302109\n") ==
          OwnRatings{{"1", "1193", 5, no_time}, {"2", "661", 3.5F, 978302109}});
}

TEST_CASE("triples and quadruples may be cut by any white space") {
    CHECK(ratings_in("  1 1193\t5  \n2 \v 661 3.5\n", {.format = "triples"}) == two_without);
    CHECK(ratings_in("1 1193 5 978300760\n\n2 661 3.5 978302109\n") == two_with_times);
}

TEST_CASE("without a rating every value is 1") {
    CHECK(ratings_in("a,b\nc,d\n") == OwnRatings{{"a", "b"}, {"c", "d"}});
    CHECK(ratings_in("user\titem\ttime\na\tb\t7\n") == OwnRatings{{"a", "b", 1, 7}});
}

TEST_CASE("columns are found by the header's names in any order and spelling") {
    const OwnRatings one = {{"ann", "heat", 4, 17}};

    CHECK(ratings_in("timestamp,rating,movieId,userId\n17,4,heat,ann\n") == one);
    CHECK(ratings_in("\"User-ID\";\"ISBN\";\"Book-Rating\"\n\"ann\";\"heat\";\"4\"\n") ==
          OwnRatings{{"ann", "heat", 4}});
    CHECK(ratings_in("user_id:token\titem_id:token\trating:float\ttimestamp:float\nann\theat\t4.0\t17.0\n") == one);
    CHECK(ratings_in("UID, IID ,Score, Date \nann,heat,4,17\n") == one);
}

TEST_CASE("columns that were asked for by name or number are taken") {
    const auto columns = parse_rating_columns("user=who,item=what,rating=how much,time=none");

    CHECK(ratings_in("what,how much,who,when\nheat,4,ann,x\n", {.columns = columns}) == OwnRatings{{"ann", "heat", 4}});
    CHECK(ratings_in("heat 4 ann x y\n",
                     {.format = "triples", .columns = parse_rating_columns("user=3,item=1,rating=2")}) ==
          OwnRatings{{"ann", "heat", 4}});
    CHECK(ratings_in("movieId,userId,plays\nheat,ann,40\n", {.columns = parse_rating_columns("rating=plays")}) ==
          OwnRatings{{"ann", "heat", 40}});
    CHECK(ratings_in("a,b,5\n", {.columns = parse_rating_columns("rating=none")}) == OwnRatings{{"a", "b"}});
    CHECK(rating_error("what,who\nheat,ann\n", {.columns = parse_rating_columns("user=who,item=which")}) ==
          "test:1: found no \"which\" among \"what, who\", expected one");
    CHECK(rating_error("a,b,c\n", {.columns = parse_rating_columns("user=1,item=2,rating=4")}) ==
          "test:1: found 3 columns, expected a column 4");
    CHECK(rating_error("a,b,3\n", {.columns = parse_rating_columns("user=1,item=1,rating=3")}) ==
          "test:1: found one column for two of user, item, rating and time, expected one for each");
    CHECK(rating_error("a,b,3\n", {.columns = parse_rating_columns("rating=3")}) ==
          "test:1: found no names in the first row, expected user=NUMBER and item=NUMBER");
}

TEST_CASE("a column that may be the rating is not skipped in silence") {
    CHECK(rating_error("userId,movieId,tag,timestamp\n2,60756,funny,1445714994\n") ==
          "test:1: found no rating among \"userId, movieId, tag, timestamp\", expected rating=NAME to say which it is, "
          "or "
          "rating=none where every line is a like");
    CHECK(ratings_in("userId,movieId,tag,timestamp\n2,60756,funny,1445714994\n",
                     {.columns = parse_rating_columns("rating=none")}) == OwnRatings{{"2", "60756", 1, 1445714994}});
    CHECK(rating_error("ann,heat,4,5,6\n") ==
          "test:1: found 5 columns, expected user, item, and perhaps rating and time, or names in the first row; if a "
          "line is a user "
          "and all their items, use --format lists");
    CHECK(rating_error("customer,film,rating\nann,heat,4\n").empty());
    CHECK(rating_error("who,film,rating\nann,heat,4\n") ==
          "test:1: found no user among \"who, film, rating\", expected user=NAME to say which it is");
}

TEST_CASE("a name among numbers is an id, not a header") {
    CHECK(ratings_in("ann,Song,5\nbob,Film,4\n") == OwnRatings{{"ann", "Song", 5}, {"bob", "Film", 4}});
}

TEST_CASE("blanks around an id do not belong to it, in any form") {
    const OwnRatings one = {{"ann lee", "7", 4, 17}};

    CHECK(ratings_in("user, item, rating, time\nann lee, 7, 4, 17\n") == one);
    CHECK(ratings_in(" ann lee ;7 ; 4;17\n") == one);
    CHECK(ratings_in("\" ann lee \",\"7 \",4,17\n", {.format = "csv"}) == one);
    CHECK(ratings_in(" ann lee\t 7\t4\t17\n") == one);
    CHECK(ratings_in("ann lee:: 7 ::4::17\n") == one);
    CHECK(ratings_in("{\"user\": \" ann lee\", \"item\": \"7 \", \"rating\": 4, \"time\": 17}\n") == one);
    CHECK(ratings_in("7 :\n ann lee , 4 , 17\n", {.format = "netflix"}) == one);
    CHECK(rating_error("a, ,5\n") == "test:1: found an empty item, expected an id");
    CHECK(rating_error("{\"user\": \" \", \"item\": 7, \"rating\": 4}\n") ==
          "test:1: found an empty string in \"user\", expected an id");
}

TEST_CASE("times keep their fractions") {
    const auto billionths = [](std::string_view bytes) {
        const auto reader = read_ratings(memory_byte_stream(bytes, "test"));
        Rating rating;
        REQUIRE(reader->next(rating));
        CHECK(rating.time == 1700000000);
        return rating.time_billionths;
    };

    CHECK(billionths("a,b,1,1700000000.25\n") == 250'000'000);
    CHECK(billionths("a\tb\t1\t2023-11-14T22:13:20.5Z\n") == 500'000'000);
    CHECK(billionths("{\"user\": 1, \"item\": 2, \"rating\": 3, \"time\": 1700000000.75}\n") == 750'000'000);
    CHECK(billionths("{\"user\": 1, \"item\": 2, \"rating\": 3, \"time\": 1700000000}\n") == 0);
}

TEST_CASE("ids are any bytes, as they stand") {
    const std::string smile = "\xf0\x9f\x98\x80", latin = "caf\xe9", giant(10 * 1024, 'x');

    CHECK(ratings_in("user,item,rating\n\"a \"\"b\"\", c\"," + smile + ",1\n" + latin + ", x ,2\n" + giant +
                     ",i,3\n") == OwnRatings{{"a \"b\", c", smile, 1}, {latin, "x", 2}, {giant, "i", 3}});
    CHECK(ratings_in("a b\t\"q\"\t1\n007\t7\t1\n") == OwnRatings{{"a b", "\"q\"", 1}, {"007", "7", 1}});
    CHECK(ratings_in("a\"b,line\tend,1\n\"two\nlines\",i,2\n", {.format = "csv"}) ==
          OwnRatings{{"a\"b", "line\tend", 1}, {"two\nlines", "i", 2}});
}

TEST_CASE("Windows' line ends, a byte order mark and a missing last newline change nothing") {
    CHECK(ratings_in("\xef\xbb\xbf"
                     "1,1193,5,978300760\r\n\r\n2,661,3.5,978302109") == two_with_times);
    CHECK(ratings_in("\xef\xbb\xbfuser,item,rating\r\n1,1193,5\r\n2,661,3.5\r\n") == two_without);
    CHECK(rating_error("1,1193,5\n\xef\xbb\xbf"
                       "2,661,3\n")
              .starts_with("test:2: found a byte order mark"));
}

TEST_CASE("values that are no finite number are errors with their line") {
    for (const char* value :
         {"nan", "NaN", "inf", "-inf", "infinity", "1e39", "x", "", "4,5", "4 5", "--1", "0x10", "."}) {
        CAPTURE(value);
        CHECK(rating_error("a;b;4\nc;d;" + std::string(value) + "\n") ==
              "test:2: found the rating \"" + std::string(value) + "\", expected a number");
    }
    CHECK(rating_error("who;what;stars\n").starts_with("test:1: found no user among"));
    CHECK(rating_error("a b c\n") ==
          "test:1: found the rating \"c\", expected a number; if this is a header, name the columns");
    CHECK(rating_error("1::2::3::4\n1::2::3::soon\n") ==
          "test:2: found the time \"soon\", expected a number or a date");
}

TEST_CASE("rows of another width and empty ids are errors with their line") {
    CHECK(rating_error("1::2::3\n1::2\n") == "test:2: found 2 columns, expected 3 as in the first row");
    CHECK(rating_error("1,2,3\n\n1,2,3,4\n") == "test:3: found 4 columns, expected 3 as in the first row");
    CHECK(rating_error("1 2 3\n2 3\n") ==
          "test:2: found 2 columns, expected 3 as in the first row; a user's list of items a line is the format lists");
    CHECK(rating_error("hello\n").starts_with("test:1: found 1 column, expected user, item"));
    CHECK(rating_error("1,2,3\n,2,3\n") == "test:2: found an empty user, expected an id");
    CHECK(rating_error("1\t2\t3\n1\t\t3\n") == "test:2: found an empty item, expected an id");
    CHECK(rating_error("a,b,3\n\"c,d,4\n") == "test:2: found a quote that is never closed, expected its end");
    CHECK(rating_error("a;b;3\n\"c\"d;4\n") ==
          "test:2: found \"d;4\" after a closing quote, expected a semicolon or the end of the line");
}

TEST_CASE("a row beyond the bound is an error") {
    CHECK(rating_error("a,b,3\naaaaaaaaaaaaaaaaaaaaa,b,3\n", {.most_record_bytes = 20})
              .starts_with("test:2: found a line of more than 20 bytes"));
}

TEST_CASE("JSON lines have their members found once or on every line, as they come") {
    CHECK(ratings_in("{\"user\": \"ann\", \"item\": 7, \"rating\": 4, \"time\": 17}\n\n"
                     "{\"time\": \"1970-01-01T00:00:18Z\", \"rating\": \"3.5\", \"item\": 18446744073709551615, "
                     "\"user\": \"b\"}") == OwnRatings{{"ann", "7", 4, 17}, {"b", "18446744073709551615", 3.5F, 18}});
    CHECK(ratings_in(
              "{\"reviewerID\": \"A\", \"asin\": \"B\", \"overall\": 5.0, \"unixReviewTime\": 1e9, \"style\": {}}") ==
          OwnRatings{{"A", "B", 5, 1000000000}});
    CHECK(ratings_in("{\"a\": -1, \"b\": \"x\", \"c\": 2.5}\n",
                     {.columns = parse_rating_columns("user=a,item=b,rating=c")}) == OwnRatings{{"-1", "x", 2.5F}});
    CHECK(ratings_in("{\"user\": \"a\", \"item\": \"b\"}\n") == OwnRatings{{"a", "b"}});
}

TEST_CASE("JSON lines that are no ratings are errors with their line") {
    const std::string good = "{\"user\": \"a\", \"item\": \"b\", \"rating\": 1}\n";

    CHECK(rating_error("{}\n") == "test:1: found no user among \"\", expected user=NAME to say which it is");
    CHECK(rating_error(good + "{\"user\": \"a\", \"item\": \"b\"}") ==
          "test:2: found no rating, expected one as in the lines before");
    CHECK(rating_error(good + "{\"user\": \"a\", \"item\": \"b\", \"rating\": 1, \"time\": 3}") ==
          "test:2: found a time, expected none as in the lines before");
    CHECK(rating_error(good + "{\"user\": \"a\", \"item\": \"b\", \"rating\": null}") ==
          "test:2: found null in \"rating\", expected a number");
    CHECK(rating_error(good + "{\"user\": \"a\", \"item\": \"b\", \"rating\": \"NaN\"}") ==
          "test:2: found \"NaN\" in \"rating\", expected a number");
    CHECK(rating_error(good + "{\"user\": \"a\", \"item\": \"b\", \"rating\": 1e39}") ==
          "test:2: found a number in \"rating\", expected one that a float can hold");
    CHECK(rating_error(good + "{\"user\": 1.5, \"item\": \"b\", \"rating\": 1}") ==
          "test:2: found a number in \"user\", expected a string or a whole number");
    CHECK(rating_error(good + "{\"user\": \"\", \"item\": \"b\", \"rating\": 1}") ==
          "test:2: found an empty string in \"user\", expected an id");
    CHECK(rating_error(good + "{\"user\": \"a\", \"it")
              .starts_with("test:2: found \"{\"user\": \"a\", \"it\", expected a JSON"));
    CHECK(rating_error(good + "[1]").starts_with("test:2: found a list, expected a JSON object"));
    CHECK(
        rating_error("{\"user\": \"a\", \"item\": \"b\", \"plays\": 3}").starts_with("test:1: found no rating among"));
}

}  // namespace
}  // namespace eckart::corpora
