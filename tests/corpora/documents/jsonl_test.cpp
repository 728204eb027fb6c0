#include "corpora/documents/jsonl.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

std::vector<Document> read(std::string_view bytes, const ColumnOptions& options = {}) {
    return all_documents(*read_jsonl(memory_byte_stream(bytes, "test"), options));
}

TEST_CASE("a line is a document") {
    const auto documents = read(
        "{\"_id\": \"a\", \"title\": \"T\", \"text\": \"one\\ntwo \\u00e9 \\ud83d\\ude00\", \"metadata\": {\"x\": "
        "[1]}}\r\n\n"
        "{\"text\": \"x\", \"_id\": 7}");

    REQUIRE(ids_of(documents) == Ids{"a", "7"});
    CHECK(documents[0].title == "T");
    CHECK(documents[0].text == "one\ntwo \u00e9 \U0001f600");
    CHECK(documents[1].title.empty());
    CHECK(documents[1].text == "x");
}

TEST_CASE("other usual names do as well") {
    const auto documents = read(
        "{\"ID\": 18446744073709551615, \"Headline\": \"h\", \"Body\": \"b\"}\n{\"docno\": -3, \"abstract\": null}");

    REQUIRE(ids_of(documents) == Ids{"18446744073709551615", "-3"});
    CHECK(documents[0].title == "h");
    CHECK(documents[0].text == "b");
    CHECK(documents[1].text.empty());
}

TEST_CASE("without an id the line is the id, without a text all strings are") {
    const auto documents = read("{\"a\": \"x\", \"n\": 3, \"b\": \"y\"}\n{}\n");

    CHECK(ids_of(documents) == Ids{"1", "2"});
    CHECK(documents[0].text == "x\ny");
    CHECK(documents[1].text.empty());
}

TEST_CASE("named members are taken, and missed") {
    const ColumnOptions options = {.id = "key", .title = "b", .text = {"c", "a"}};

    const auto documents = read("{\"key\": \"k\", \"a\": \"1\", \"b\": \"2\", \"c\": \"3\"}", options);

    CHECK(documents[0].id == "k");
    CHECK(documents[0].title == "2");
    CHECK(documents[0].text == "3\n1");
    CHECK(input_error([&] { read("{\"key\": \"k\", \"b\": \"2\", \"c\": \"3\"}", options); }) ==
          "test:1: found no member \"a\", expected one");
}

TEST_CASE("bytes that are not UTF-8 and halves of surrogate pairs are replaced") {
    CHECK(read("{\"text\": \"caf\xe9\"}")[0].text == "caf\u00e9");
    CHECK(read("{\"text\": \"a\\ud800b\\udc00\\\\ud800\"}")[0].text == "a\ufffdb\ufffd\\ud800");
    CHECK(read("{\"text\": \"\\ud83d\\ud83d\\ude00\"}")[0].text == "\ufffd\U0001f600");
}

TEST_CASE("a line that is cut short, or no object, is an error with its number") {
    const std::string whole = "{\"_id\": \"1\", \"text\": \"words\"}";
    for (std::size_t size = 1; size < whole.size(); ++size) {
        const std::string message = input_error([&] { read(whole + "\n" + whole.substr(0, size)); });
        CAPTURE(size);
        CHECK(message.find("test:2: found \"{") == 0);
        CHECK(message.find("expected a JSON object") != std::string::npos);
    }
    CHECK(input_error([] { read("[1]"); }) == "test:1: found a list, expected a JSON object");
    CHECK(input_error([] { read("{} {}"); }).find("test:1: found \"{} {}\", expected a JSON object") == 0);
    CHECK(input_error([&] { read(std::string(5000, '[')); }).find("test:1: found \"[[[") == 0);
}

TEST_CASE("members of another type are errors") {
    CHECK(input_error([] { read("{\"_id\": 1.5, \"text\": \"\"}"); }) ==
          "test:1: found a number in \"_id\", expected a string or a whole number");
    CHECK(input_error([] { read("{\"_id\": \"\", \"text\": \"\"}"); }) ==
          "test:1: found an empty string in \"_id\", expected a string or a whole number");
    CHECK(input_error([] { read("{\"text\": [\"a\"]}"); }) == "test:1: found a list in \"text\", expected a string");
    CHECK(input_error([] { read("{\"text\": \"\", \"title\": true}"); }) ==
          "test:1: found true or false in \"title\", expected a string");
}

TEST_CASE("a record beyond the bound is an error") {
    CHECK(input_error([] { read("{\"text\": \"0123456789\"}", {.most_record_bytes = 10}); }) ==
          "test:1: found a line of more than 10 bytes, expected shorter ones");
}

TEST_CASE("compressed lines are read alike") {
    const std::string lines = "{\"_id\": \"1\", \"text\": \"a\"}\n{\"_id\": \"2\", \"text\": \"b\"}\n";

    CHECK(ids_of(read(gzipped(lines))) == Ids{"1", "2"});
    CHECK(ids_of(read(zstd_compressed(lines))) == Ids{"1", "2"});
}

TEST_CASE("a record has a date and a sender where a member is called so") {
    const auto documents = read(
        "{\"id\": 1, \"text\": \"x\", \"Date\": \"2024-03-04\", \"author\": \" Ada \"}\n"
        "{\"id\": 2, \"text\": \"x\", \"year\": 1970}\n"
        "{\"id\": 3, \"text\": \"x\", \"timestamp\": 1709542800, \"from\": 7}\n"
        "{\"id\": 4, \"text\": \"x\", \"date\": \"soon\"}\n");

    REQUIRE(documents.size() == 4);
    CHECK(documents[0].date == 1'709'510'400);
    CHECK(documents[0].sender == "Ada");
    CHECK(documents[1].date == 0);
    CHECK(documents[2].date == 1'709'542'800);
    CHECK(documents[2].sender.empty());
    CHECK_FALSE(documents[3].date);
    for (const Document& document : documents) CHECK(document.type == "jsonl");
}

TEST_CASE("columns of date and sender can be named") {
    ColumnOptions options;
    options.date = "day";
    options.sender = "by";
    const auto documents = read("{\"id\": 1, \"text\": \"x\", \"date\": 5, \"day\": \"1970\", \"by\": \"B\"}", options);

    CHECK(documents.at(0).date == 0);
    CHECK(documents.at(0).sender == "B");
}

}  // namespace
}  // namespace eckart::corpora
