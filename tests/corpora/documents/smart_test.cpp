#include "corpora/documents/smart.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

std::vector<Document> read_collection(std::string_view bytes, std::size_t most = default_record_bytes) {
    return all_documents(*read_smart(memory_byte_stream(bytes, "test"), most));
}

TEST_CASE("a record's title and text are its .T and .W") {
    const std::vector<Document> documents = read_collection(
        ".I 1\r\n.T\r\nA title\r\nin two lines\r\n.A\r\nAuthor, A.\r\n.B\r\nJournal\r\n.W\r\nSome text\r\n.5 of "
        "it\r\n.X\r\n1\t5\t1\r\n"
        ".I 002\n.W\nMore\n");

    REQUIRE(ids_of(documents) == Ids{"1", "2"});
    CHECK(documents[0].title == "A title in two lines");
    CHECK(documents[0].text == "Some text\n.5 of it");
    CHECK(documents[1].title.empty());
    CHECK(documents[1].text == "More");
}

TEST_CASE("an empty record is a document all the same") {
    const std::vector<Document> documents = read_collection(".I 471\n.T\n.A\n.B\n.W\n.I 472\n.I 0\n");

    CHECK(ids_of(documents) == Ids{"471", "472", "0"});
    CHECK(documents[0].text.empty());
}

TEST_CASE("an empty source has no records") {
    CHECK(read_collection(" \n\n").empty());
}

TEST_CASE("what stands where no text can stand is an error with its line") {
    CHECK(input_error([] { read_collection("\nhello\n"); }) == "test:2: found \"hello\", expected .I and a number");
    CHECK(input_error([] { read_collection(".I 1\n.W\nx\n.I\n"); }) ==
          "test:4: found .I without a number, expected one");
    CHECK(input_error([] { read_collection(".I 1\nx\n"); }) ==
          "test:2: found \"x\", expected a field such as .T or .W");
    CHECK(input_error([] { read_collection(".I 1\n.W\nxxxx\nxxxxxx\nxxxxxx\n", 10); }) ==
          "test:4: found a document of more than 10 bytes, expected shorter ones");
}

TEST_CASE("queries are called by their position, or as written when asked") {
    const std::string_view file = ".I 001\n.W\nfirst\n.I 004\n.T\nhead\n.W\nsecond\n";

    const auto by_position = read_smart_queries(memory_byte_stream(file, "test"));
    const auto as_written = read_smart_queries(memory_byte_stream(file, "test"), SmartQueryIds::as_written);

    REQUIRE(by_position.size() == 2);
    CHECK(by_position[1].id == "2");
    CHECK(by_position[1].text == "head\nsecond");
    CHECK(as_written[0].id == "1");
    CHECK(as_written[1].id == "4");
}

}  // namespace
}  // namespace eckart::corpora
