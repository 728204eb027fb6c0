#include "text/query/query_parser.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using eckart::testing::message_of;

namespace {

using Kind = QueryNode::Kind;

std::string kind_name(Kind kind) {
    constexpr const char* names[] = {"words", "prefix", "fuzzy", "phrase", "near", "all",  "any",
                                     "group", "path",   "type",  "lang",   "from", "date", "like"};
    return names[static_cast<std::size_t>(kind)];
}

/// "(all worn -car)": words as they are, and other nodes in parentheses behind their kind.
std::string shown(const QueryNode& node) {
    std::string text = node.excluded ? "-" : "";
    if (node.required) text += "+";
    if (node.in_title) text += "title:";
    if (node.as_written) text += "=";
    if (node.kind == Kind::words && node.text.find(' ') == std::string::npos) {
        text += node.text;
    } else {
        text += "(" + kind_name(node.kind);
        if (node.distance > 0) text += " " + std::to_string(node.distance);
        if (!node.text.empty()) text += " " + node.text;
        for (const QueryNode& child : node.children) text += " " + shown(child);
        text += ")";
    }
    return node.boost == 1 ? text : text + "^" + std::to_string(node.boost).substr(0, 3);
}

/// The parts of a query side by side.
std::string parsed(std::string_view query) {
    std::string text;
    for (const QueryNode& child : parse_query(query).children) text += (text.empty() ? "" : " ") + shown(child);
    return text;
}

std::size_t error_column(std::string_view query) {
    try {
        parse_query(query);
    } catch (const QueryError& error) {
        return error.column;
    }
    return 0;
}

std::string repeated(std::string_view part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += part;
    return text;
}

}  // namespace

TEST_CASE("words side by side are one plain part, and operators make parts of their own") {
    CHECK(parsed("worn tyres") == "(words worn tyres)");
    CHECK(parsed("worn \"summer tyres\" -car +brake") == "worn (phrase summer tyres) -car +brake");
    CHECK(parsed("worn tyres AND brake pads") == "worn (all tyres brake) pads");
    CHECK(parsed("a OR b AND c OR d") == "(any a (all b c) d)");
    CHECK(parsed("a AND NOT b") == "(all a -b)");
    CHECK(parsed("NOT a") == "-a");
    CHECK(parsed("NOT -a") == "a");
    CHECK(parsed("(a OR b) AND (c d)") == "(all (group (any a b)) (group (words c d)))");
    CHECK(parsed("-(a b)") == "-(group (words a b))");
    CHECK(parsed("a NEAR/3 b NEAR c") == "(near 10 a b c)");
    CHECK(parsed("\"a b\"~4") == "(phrase 4 a b)");
    CHECK(parsed("colou* tyer~ tyer~1") == "(prefix colou) (fuzzy 3 tyer) (fuzzy 1 tyer)");
    CHECK(parsed("=Polish =\"to be\"") == "=Polish =(phrase to be)");
    CHECK(parsed("worn^2.5 \"a b\"^3 (c d)^2") == "worn^2.5 (phrase a b)^3.0 (group (words c d))^2.0");
}

TEST_CASE("fields take a word, a phrase or a group") {
    CHECK(parsed("title:tyres title:\"old tyres\" -title:car*") ==
          "title:tyres title:(phrase old tyres) -title:(prefix car)");
    CHECK(parsed("title:(a OR \"b c\")") == "(group (any title:a title:(phrase b c)))");
    CHECK(parsed("type:md path:docs/*.md lang:de from:ann@example.org") ==
          "(type md) (path docs/*.md) (lang de) (from ann@example.org)");
    CHECK(parsed("type:(md txt) -type:(html OR xml)") ==
          "(any (type md) (type txt)) -(any (any (type html) (type xml)))");
    CHECK(parsed("path:\"my documents\"") == "(path my documents)");
    CHECK(parsed("java -like:coffee like:a/b.md") == "java -(like coffee) (like a/b.md)");
    CHECK(parsed("like:\"one document\"") == "(like one document)");
}

TEST_CASE("dates are years, months, days and ranges of them") {
    const auto days = [](std::string_view query) {
        const DateRange dates = parse_query(query).children.at(0).dates;
        return std::pair(dates.first / 86400, dates.end / 86400);
    };
    using Days = std::pair<std::int64_t, std::int64_t>;
    const std::int64_t least = std::numeric_limits<std::int64_t>::min() / 86400;
    const std::int64_t most = std::numeric_limits<std::int64_t>::max() / 86400;

    CHECK(days("date:1970") == Days(0, 365));
    CHECK(days("date:1970-02") == Days(31, 59));
    CHECK(days("date:1970-02-01") == Days(31, 32));
    CHECK(days("date:1972-02-29") == Days(789, 790));
    CHECK(days("date:1970-02..1971") == Days(31, 730));
    CHECK(days("date:1970-12..") == Days(334, most));
    CHECK(days("date:..1970") == Days(least, 365));
    CHECK(days("date:>=1970-01-02") == Days(1, most));
    CHECK(days("date:>1970-01-02") == Days(2, most));
    CHECK(days("date:<1970-02") == Days(least, 31));
    CHECK(days("date:<=1970-02") == Days(least, 59));
    for (const auto* wrong : {"date:yesterday", "date:1970-13", "date:1971-02-29", "date:1971..1970", "date:..",
                              "date:70", "date:1970-1-1", "date:>", "date:1970-01-01T00"}) {
        CAPTURE(wrong);
        CHECK(error_column(wrong) == 6);
    }
}

TEST_CASE("what people paste is words") {
    for (const auto* text : {"https://example.org/a?b=c&d=(e)#f",
                             "C++ and C#",
                             "ann@example.org",
                             "std::vector<int>",
                             "don't",
                             "AT&T",
                             "error: file not found",
                             "f(x) = 2x",
                             "a 5\" disk",
                             "10^6 and 2^10",
                             "**bold** text",
                             "SELECT * FROM t",
                             "--more than - one",
                             "a -> b",
                             "1) bile 2) giant",
                             "cut (off",
                             "note: title: path:",
                             "~/notes *.txt",
                             "x = -- y",
                             "a...b",
                             "50% + 7",
                             "and or not near",
                             "title::a",
                             "printf(\"hello %s\", name)",
                             "\xE2\x80\x9E"
                             "alone",
                             "WHY CATS AND DOGS",
                             "THE OR OF GOLD NOT NEAR"}) {
        CAPTURE(std::string(text));
        const QueryNode query = parse_query(text);
        REQUIRE(query.children.size() == 1);
        CHECK(query.children[0].kind == Kind::words);
        CHECK(query.children[0].is_plain());
    }
    CHECK(parsed("CATS AND DOGS") == "(all CATS DOGS)");
    CHECK(parsed("see \xE2\x80\x9Cold tyres\xE2\x80\x9D") == "see (phrase old tyres)");
    CHECK(parsed("(apo(a) OR x)") == "(group (any apo(a) x))");
    CHECK(parsed("cats OR(dogs birds)") == "(any cats (group (words dogs birds)))");
}

TEST_CASE("a long text is words whatever marks are in it, a long list with operators is not") {
    const std::string text = repeated("as he wrote, all that is here ", 10);

    for (const auto* mark : {"\"a quotation\"", "\"an open one", "NOT", "(see", "title:x", "-1", "AND"}) {
        CAPTURE(std::string(mark));
        CHECK(is_prose(text + mark + " " + text));
        CHECK(parsed(text + mark + " " + text) == "(words " + text + mark + " " + text + ")");
    }
    CHECK(!is_prose("a \"quotation\" of few words"));
    CHECK(!is_prose("a" + repeated(" OR a", 100)));
    CHECK(!is_prose(repeated("+a b ", 100)));
}

TEST_CASE("a mistake points at its character") {
    CHECK(error_column("worn \"summer tyres") == 6);
    CHECK(error_column("AND worn") == 1);
    CHECK(error_column("worn OR") == 8);
    CHECK(error_column("worn OR OR tyres") == 9);
    CHECK(error_column("(worn OR tyres") == 1);
    CHECK(error_column("worn OR tyres)") == 14);
    CHECK(error_column("-(worn tyres") == 2);
    CHECK(error_column("a NEAR/0 b") == 8);
    CHECK(error_column("a NEAR/99999999999 b") == 8);
    CHECK(error_column("(a OR b) NEAR c") == 1);
    CHECK(error_column("b NEAR -c") == 8);
    CHECK(error_column("worn^0") == 6);
    CHECK(error_column("worn^2000") == 6);
    CHECK(error_column("\"a b\"~0") == 7);
    CHECK(error_column("M\xC3\xBCller OR") == 10);
    CHECK(
        message_of<QueryError>([] { parse_query("worn OR"); }) ==
        "query, column 8: found the end of the query, expected a word, a phrase or ( behind OR; to look for that word "
        "itself, write it in small letters");
    CHECK(message_of<QueryError>([] { parse_query("worn \"tyres"); }) ==
          "query, column 6: found a quotation mark without a second one; close the phrase with \"");
}

TEST_CASE("empty queries, lone marks and control characters parse") {
    for (const auto* text : {"", " ", "*", "\"\"", "()", "(())", "- + = ~ ^", "\xE2\x80\xAE", "\xEF\xBB\xBF",
                             "\xC2\xA0", "\xED\xA0\x80", "\xFF\xFE\x80"}) {
        CAPTURE(text);
        CHECK_NOTHROW(parse_query(text));
    }
    CHECK(parsed("\xE2\x80\xAE-cats \xE2\x80\x8F\"a b\"") == "-cats (phrase a b)");
    CHECK(parsed(std::string_view("a\0-b", 4)) == "a -b");
    CHECK(parsed("cats\xE3\x80\x80-dogs") == "cats -dogs");
}

TEST_CASE("large queries are bounded") {
    CHECK(parse_query(repeated("a ", 500'000)).children.size() == 1);
    CHECK(message_of<UsageError>([] { parse_query(repeated("a", longest_query + 1)); }) ==
          "the query has 1048577 bytes; use at most 1048576");
    CHECK(parse_query("a" + repeated(" OR a", 9'999)).children.at(0).children.size() == 10'000);
    CHECK(error_column("a" + repeated(" OR a", 10'001)) == 50'003);
    CHECK_NOTHROW(parse_query(repeated("(", 100) + "a" + repeated(")", 100)));
    CHECK(error_column(repeated("(", 101) + "a" + repeated(")", 101)) == 101);
    CHECK(error_column(repeated("(", 10'000) + "a" + repeated(")", 10'000)) == 101);
    CHECK_NOTHROW(parse_query(repeated("NOT ", 9'999) + "a"));
    CHECK_NOTHROW(parse_query(repeated("f(", 500'000)));
    CHECK_NOTHROW(parse_query(repeated(")", 5'000)));
}
