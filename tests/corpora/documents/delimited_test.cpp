#include "corpora/documents/delimited.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"
#include "corpora/documents/columns.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

std::vector<Document> read_csv(std::string_view bytes, const ColumnOptions& options = {}) {
    return all_documents(*read_delimited(memory_byte_stream(bytes, "test"), TableForm::csv, options));
}

std::vector<Document> read_tsv(std::string_view bytes, const ColumnOptions& options = {}) {
    return all_documents(*read_delimited(memory_byte_stream(bytes, "test"), TableForm::tsv, options));
}

TEST_CASE("a header names the columns") {
    const auto documents =
        read_csv("Title,ID,x,Text\r\n\"Heat, 1995\",m1,9,\"He said \"\"no\"\"\r\nand left\"\r\n\r\nb,m2,,\r\n");

    REQUIRE(ids_of(documents) == Ids{"m1", "m2"});
    CHECK(documents[0].title == "Heat, 1995");
    CHECK(documents[0].text == "He said \"no\"\nand left");
    CHECK(documents[1].title == "b");
    CHECK(documents[1].text.empty());
}

TEST_CASE("without a header rows are numbered and all columns are text") {
    const auto documents = read_csv("red,apple\ngreen\n");

    REQUIRE(ids_of(documents) == Ids{"1", "2"});
    CHECK(documents[0].text == "red\napple");
    CHECK(documents[1].text == "green");
}

TEST_CASE("columns that are no id and no title are the text where none is called so") {
    const auto documents = read_csv("id,title,plot,notes\n1,t,p,n\n");

    CHECK(documents[0].text == "p\nn");
}

TEST_CASE("named columns are taken, and missed") {
    const auto documents = read_tsv("a\tb\tc\n1\t2\t3\n", {.id = "b", .title = "A", .text = {"c"}});

    CHECK(documents[0].id == "2");
    CHECK(documents[0].title == "1");
    CHECK(documents[0].text == "3");
    CHECK(input_error([] { read_tsv("a\tb\n", {.id = "x"}); }) ==
          "test:1: found no column \"x\", expected one in the first row");
}

TEST_CASE("columns are taken by number where there is no header, and behind one") {
    const ColumnOptions columns = {.id = "2", .title = {}, .text = {"3"}};

    const auto bare = read_tsv("9\tb1\tred apple\n8\tb2\tpear\n", columns);
    const auto headed = read_tsv("n\tid\tx\n9\tb1\tred apple\n", {.id = {}, .title = {}, .text = {"3"}});

    REQUIRE(ids_of(bare) == Ids{"b1", "b2"});
    CHECK(bare[0].text == "red apple");
    REQUIRE(ids_of(headed) == Ids{"b1"});
    CHECK(headed[0].text == "red apple");
    CHECK(input_error([] { read_tsv("a\tb\n", {.id = "3"}); }) ==
          "test:1: found no column \"3\", expected one in the first row");
}

TEST_CASE("a list of columns is read, and anything else refused") {
    const ColumnOptions columns = parse_document_columns("id=key, title = head line,text=a,text=2");

    CHECK(columns.id == "key");
    CHECK(columns.title == "head line");
    CHECK(columns.text == Ids{"a", "2"});
    for (const char* bad : {"key", "id=", "name=x", "id=a,id=b", "=x", "text=a,,text=b"}) {
        CAPTURE(std::string(bad));
        CHECK_THROWS_AS(parse_document_columns(bad), UsageError);
    }
}

TEST_CASE("quotes in a TSV are text") {
    CHECK(read_tsv("id\ttext\n1\t\"a\n2\tb\"c\n")[0].text == "\"a");
}

TEST_CASE("quotes may stand for nothing, and inside a field for themselves") {
    const auto documents = read_csv("\"\",a\"b\n");

    CHECK(documents[0].text == "a\"b");
}

TEST_CASE("Latin-1 fields become UTF-8") {
    CHECK(read_csv("id,text\n1,caf\xe9\n")[0].text == "caf\u00e9");
}

TEST_CASE("broken rows are errors with the line they begin at") {
    CHECK(input_error([] { read_csv("id,text\n1,\"never\nclosed\n"); }) ==
          "test:2: found a quote that is never closed, expected its end");
    CHECK(input_error([] { read_csv("id,text\n1,\"a\"b\n"); }) ==
          "test:2: found \"b\" after a closing quote, expected a comma or the end of the line");
    CHECK(input_error([] { read_csv("id,text\n1,a,b\n"); }) == "test:2: found 3 columns, expected 2");
    CHECK(input_error([] { read_csv("id,text\n,a\n"); }) == "test:2: found a row without an id, expected one");
    CHECK(input_error([] { read_csv("id,text\n1,\"aaaaa\nbbbbb\nccccc\n\"", {.most_record_bytes = 10}); }) ==
          "test:2: found a quote that is not closed within 10 bytes, expected its end");
}

TEST_CASE("an empty table and a header alone hold no documents") {
    CHECK(read_csv("").empty());
    CHECK(read_csv("id,text\n").empty());
}

TEST_CASE("a row has a date and a sender where a column is called so, and they do not make a header") {
    const auto documents = read_csv("id,text,year,from\na,x,1970,Ada\nb,y,,\n");
    const auto no_header = read_tsv("date\tyear\nfirst\tsecond\n");

    REQUIRE(documents.size() == 2);
    CHECK(documents[0].date == 0);
    CHECK(documents[0].sender == "Ada");
    CHECK(documents[0].type == "csv");
    CHECK_FALSE(documents[1].date);
    CHECK(no_header.size() == 2);
    CHECK(no_header[0].type == "tsv");
    CHECK(parse_document_columns("date=year,sender=3").date == "year");
    CHECK(parse_document_columns("date=year,sender=3").sender == "3");
    CHECK_THROWS_AS(parse_document_columns("date=a,date=b"), UsageError);
}

}  // namespace
}  // namespace eckart::corpora
