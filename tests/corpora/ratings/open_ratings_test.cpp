#include "corpora/ratings/open_ratings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "corpora/ratings/ratings_scratch.h"

namespace eckart::corpora {
namespace {

OwnRatings read(const std::string& source, const RatingOptions& options = {}) {
    return all_ratings(*open_ratings(source, options));
}

TEST_CASE("Netflix' lines belong to the item above them, and dates are seconds") {
    CHECK(ratings_in("1:\r\n1488844,3,2005-09-06\r\n822109,5,1970-01-02\r\n2:\r\n\r\n3:\r\n7,4,2000-01-01\r\n") ==
          OwnRatings{{"1488844", "1", 3, 1125964800}, {"822109", "1", 5, 86400}, {"7", "3", 4, 946684800}});
    CHECK(ratings_in("8:\n6,3\n") == OwnRatings{{"6", "8", 3}});
}

TEST_CASE("broken Netflix files are errors with their line") {
    const RatingOptions netflix = {.format = "netflix"};

    CHECK(rating_error("7,4,2000-01-01\n", netflix) == "test:1: found \"7\", expected an item and a colon first");
    CHECK(rating_error("1:\n7,4,2000-01-32\n") ==
          "test:2: found the date \"2000-01-32\", expected one like 2005-09-06");
    CHECK(rating_error("1:\n7,nan,2000-01-31\n") == "test:2: found the rating \"nan\", expected a number");
    CHECK(rating_error("1:\n7\n") == "test:2: found 1 column, expected user, rating and date");
    CHECK(rating_error("1:\n,4,2000-01-31\n") == "test:2: found an empty user, expected an id");
    CHECK(rating_error("1:\n:\n") == "test:2: found an empty item, expected an id before the colon");
    CHECK(rating_error("1:\n2:\n") == "test: found no ratings, expected some");
}

TEST_CASE("lists give a user's items, each as a like") {
    CHECK(ratings_in("0 1 2 3 4 5\n1 2\n\n2\n3 9\r\n", {.format = "lists"}) ==
          OwnRatings{{"0", "1"}, {"0", "2"}, {"0", "3"}, {"0", "4"}, {"0", "5"}, {"1", "2"}, {"3", "9"}});
    CHECK(rating_error("0\n1\n", {.format = "lists"}) == "test: found no ratings, expected some");
}

TEST_CASE("LIBSVM's users are called by their lines") {
    CHECK(ratings_in("+1 3:4 10:2.5 # good\n# nobody\n1,2 7:1\n\n8:5\n") ==
          OwnRatings{{"1", "3", 4}, {"1", "10", 2.5F}, {"3", "7", 1}, {"5", "8", 5}});
    CHECK(rating_error("1 3:4\n1 qid:3 4:1\n") ==
          "test:2: found the entry \"qid:3\", expected a whole number, a colon and a number");
    CHECK(rating_error("1 3:4 5:inf\n").starts_with("test:1: found the entry \"5:inf\""));
    CHECK(rating_error("1 3:4 5\n").starts_with("test:1: found the entry \"5\""));
}

TEST_CASE("sources without a rating are errors, in every format") {
    for (const std::string& format : rating_formats()) {
        CAPTURE(format);
        CHECK(rating_error("", {.format = format}) == "test: found no ratings, expected some");
        CHECK(rating_error("\n\r\n", {.format = format}) == "test: found no ratings, expected some");
    }
    CHECK(rating_error("") == "test: found no ratings, expected some");
    CHECK(rating_error("userId,movieId,rating,timestamp\n") == "test: found no ratings, expected some");
    CHECK(rating_error("user\titem", {}, "t.tsv") == "t.tsv: found no ratings, expected some");
}

TEST_CASE("formats are told by the rules of the header, one after the other") {
    const auto told = [](const char* name, std::string_view head) { return rating_format(name, head); };

    CHECK(told("x.jsonl.gz", "1 2 3") == "jsonl");
    CHECK(told("x", "\n {\"user\"") == "jsonl");
    CHECK(told("x.csv", "12:\n1,2,2005-09-06") == "netflix");
    CHECK(told("x", "1:2\n") != "netflix");
    CHECK(told("x.csv", "a::b,c") == "csv");
    CHECK(told("x.CSV.zst", "a\tb\tc") == "tsv");
    CHECK(told("x.tsv", "a,b,c") == "tsv");
    CHECK(told("x.svm", "1 2 3") == "libsvm");
    CHECK(told("x", "1 3:4.5 7:1") == "libsvm");
    CHECK(told("x", "3:4.5 7:1") == "libsvm");
    CHECK(told("u.data", "1\t2\t3\t4\n1\t5\t3\t4\n") == "tsv");
    CHECK(told("x", "a::b::c") == "colons");
    CHECK(told("x", "a,b") == "csv");
    CHECK(told("x", "a;b") == "csv");
    CHECK(told("x", "1 2 3\n") == "triples");
    CHECK(told("x", "\xef\xbb\xbf{") == "jsonl");
    CHECK(told("x", "") == "triples");
}

TEST_CASE("lists that begin with the number of their items have lines for users") {
    CHECK(ratings_in("2 10 11\n3 10 12 13\n\n2 11 13\n", {.format = "lists"}) ==
          ratings_in("1 10 11\n2 10 12 13\n4 11 13\n", {.format = "lists"}));
    CHECK(ratings_in("1 10\n2 10 12\n", {.format = "lists"}).size() == 3);  // users 1 and 2: no number comes twice
    CHECK(ratings_in("2 10 11\n3 10 12 13\n2 11 13 14\n", {.format = "lists"}).size() == 8);
}

TEST_CASE("lists are told from triples by lines of more than four words and of many widths") {
    const auto told = [](std::string_view head) { return rating_format("x", head); };

    CHECK(told("0 1 2 3 4 5\n1 2\n2 3 4\n") == "lists");
    CHECK(told("0 1 2 3 4 5\n") == "lists");
    CHECK(told("5 1 2 3 4 5\n2 3 4\n2 3 5\n") == "lists");
    CHECK(told("0\t1\t2\t3\t4\t5\n1\t2\n") == "lists");
    CHECK(told("0 1 2 3 4 5\n1 2 3 4 5 6\n") == "triples");
    CHECK(told("0 1 2\n1 2\n2 3 4 5\n") == "triples");
    CHECK(told("0 1 2 3 4 5\n1 2\n0 3 4\n") == "triples");
    CHECK(told("0 1\t2 3\n1 2\t4 4 6 7\n") == "tsv");
    CHECK(told("1 2 3\n4 5 6\n7 8") == "triples");
    CHECK(told("anna b c d e f\nbert b c\n") == "triples");
    CHECK(told("1|Toy Story (1995)|01-Jan-1995\n2|GoldenEye (1995) and more of it\n") == "triples");
    std::string long_line = "7";
    while (long_line.size() <= rating_head_bytes) long_line += " 1234";
    CHECK(told(long_line) == "lists");
}

TEST_CASE("a short list file is an error, not a table of wrong ratings") {
    CHECK(rating_error("0 7 8\n1 9 8 7\n").starts_with("test:2: found 4 columns, expected 3 as in the first row"));
}

TEST_CASE("files are read alike plain, from gzip and from zstd") {
    const ScratchFolder scratch;
    const std::string text = "1::1193::5\n2::661::3\n";
    const OwnRatings expected = {{"1", "1193", 5}, {"2", "661", 3}};

    CHECK(read(scratch.write("r.dat", text)) == expected);
    CHECK(read(scratch.write("r.dat.gz", gzipped(text))) == expected);
    CHECK(read(scratch.write("r.dat.zst", zstd_compressed(text))) == expected);
}

TEST_CASE("a source longer than what is looked at first is read whole") {
    std::string text;
    for (int i = 0; i < 20000; ++i) text += std::to_string(i) + "\t" + std::to_string(i % 7) + "\t1.5\n";
    REQUIRE(text.size() > 2 * rating_head_bytes);

    const OwnRatings ratings = ratings_in(text);

    REQUIRE(ratings.size() == 20000);
    for (int i = 0; i < 20000; ++i) {
        if (ratings[static_cast<std::size_t>(i)] != OwnRating{std::to_string(i), std::to_string(i % 7), 1.5F}) FAIL(i);
    }
}

TEST_CASE("compressed data that are cut short are an error that names the file") {
    const ScratchFolder scratch;
    std::string text;
    for (int i = 0; i < 50000; ++i) text += std::to_string(i * 79 % 1009) + "\t" + std::to_string(i * 31) + "\t3\n";
    const std::string whole = gzipped(text), zstd = zstd_compressed(text);
    const std::string path = scratch.write("cut.gz", std::string_view(whole).substr(0, whole.size() * 2 / 3));
    const std::string other = scratch.write("cut.zst", std::string_view(zstd).substr(0, zstd.size() * 2 / 3));

    CHECK(input_error([&] { read(path); }) ==
          path + ": found the end of the file within gzip data, expected the rest of it");
    CHECK(input_error([&] { read(other); }) ==
          other + ": found the end of the file within zstd data, expected the rest of it");
}

TEST_CASE("a MovieLens folder stands for its ratings") {
    const ScratchFolder scratch;
    const OwnRatings expected = {{"1", "2", 3}};
    scratch.write("100k/u.data", "1\t2\t3\t4\n");
    scratch.write("100k/u.item", "x");
    scratch.write("1m/ratings_notime.dat", "1::2::3\n");
    scratch.write("20m/ratings.csv.gz", gzipped("userId,movieId,rating\n1,2,3\n"));
    scratch.write("20m/movies.csv", "x");

    CHECK(read(scratch.path("100k")) == OwnRatings{{"1", "2", 3, 4}});
    CHECK(read(scratch.path("1m")) == expected);
    CHECK(read(scratch.path("20m")) == expected);
    scratch.write("1m/ratings.dat", "5::6::1\n");
    CHECK(read(scratch.path("1m")) == OwnRatings{{"5", "6", 1}});
}

TEST_CASE("a Netflix folder stands for its files in the order of their names") {
    const ScratchFolder scratch;
    scratch.write("a/training_set/mv_0000002.txt", "2:\n6,3,1970-01-01\n");
    scratch.write("a/training_set/mv_0000001.txt", "1:\n5,4,1970-01-02\n");
    scratch.write("a/movie_titles.txt", "1,2003,Dinosaur Planet\n");
    scratch.write("b/combined_data_2.txt", "3:\n8,1,1970-01-01\n");
    scratch.write("b/combined_data_1.txt.gz", gzipped("1:\n5,4,1970-01-02\n2:\n6,3,1970-01-01\n"));
    scratch.write("c/mv_1.txt", "1:\n");
    const OwnRatings both = {{"5", "1", 4, 86400}, {"6", "2", 3, 0}};

    CHECK(read(scratch.path("a")) == both);
    CHECK(read(scratch.path("a/training_set")) == both);
    OwnRatings three = both;
    three.push_back({"8", "3", 1, 0});
    CHECK(read(scratch.path("b")) == three);
    CHECK(input_error([&] { read(scratch.path("c")); }) == scratch.path("c") + ": found no ratings, expected some");
    scratch.write("a/training_set/mv_0000003.txt", "3:\n6,x,1970-01-01\n");
    CHECK(input_error([&] { read(scratch.path("a")); }) ==
          scratch.path("a/training_set/mv_0000003.txt") + ":2: found the rating \"x\", expected a number");
}

TEST_CASE("how far the reading is rises to the end") {
    const ScratchFolder scratch;
    for (int i = 0; i < 5; ++i)
        scratch.write("mv_" + std::to_string(i) + ".txt", std::to_string(i) + ":\n1,2,1970-01-01\n");
    const auto reader = open_ratings(scratch.path());
    double last = reader->fraction_done();

    for (Rating rating; reader->next(rating);) {
        CHECK(reader->fraction_done() >= last);
        last = reader->fraction_done();
    }

    CHECK(last <= 1);
    CHECK(reader->fraction_done() == 1);
}

TEST_CASE("wrong sources and wrong options are told apart") {
    const ScratchFolder scratch;

    CHECK(input_error([&] { read(scratch.path()); }).starts_with(scratch.path() + ": found none of u.data"));
    CHECK(input_error([&] { read(scratch.path("none.csv")); }) ==
          scratch.path("none.csv") + ": No such file or directory");
    CHECK_THROWS_WITH_AS(
        ratings_in("1 2 3", {.format = "excel"}),
        "found the format \"excel\", expected auto, csv, tsv, colons, triples, jsonl, libsvm, lists or netflix",
        UsageError);
    CHECK_THROWS_AS(ratings_in("1:\n1,2,2005-01-01", {.columns = {.user = "1"}}), UsageError);
    CHECK(rating_error("\xff\xfe"
                       "1\0,\0")
              .starts_with("test:1: found UTF-16"));
}

}  // namespace
}  // namespace eckart::corpora
