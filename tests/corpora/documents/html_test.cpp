#include "corpora/documents/html.h"

#include <doctest/doctest.h>

namespace eckart::corpora {
namespace {

std::string repeated(std::string_view part, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += part;
    return all;
}

TEST_CASE("a page gives its title and its visible text, blocks on their own lines") {
    const TitledText page = read_html(
        "<html><head><title> A &amp; B\n </title><style>p{}</style></head><body><h1>Head</h1>"
        "<p>One <b>two</b>\n three<script>var x = '<p>no</p>';</script></p><ul><li>a<li>b</ul>end</body></html>");

    CHECK(page.title == "A & B");
    CHECK(page.text == "Head\nOne two three\na\nb\nend");
}

TEST_CASE("words on both sides of a block or a line break do not run together") {
    CHECK(read_html("one<br>two<div>three</div>four").text == "one\ntwo\nthree\nfour");
    CHECK(read_html("<table><tr><td>a</td><td>b</td></tr></table>").text == "a\nb");
    CHECK(read_html("in<i>side</i> a word").text == "inside a word");
}

TEST_CASE("lines stay in preformatted text") {
    CHECK(read_html("<pre>a\n  b\nc</pre>").text == "a\nb\nc");
}

TEST_CASE("the title of a picture inside the page is not the page's") {
    CHECK(read_html("<p>x<svg><title>icon</title></svg>").title.empty());
}

TEST_CASE("character references are resolved") {
    CHECK(read_html("caf&eacute; &#x65e5;").text == "caf\u00e9 \u65e5");
}

TEST_CASE("text without any tag is its own text") {
    CHECK(read_html("just words").text == "just words");
    CHECK(read_html("").text.empty());
}

TEST_CASE("two hundred thousand nested tags are read without overflow and at once") {
    for (const char* tag : {"<div>", "<b>", "<font size=1>", "<table><tr><td>", "<svg><td>", "<svg><g>", "<span><p>"}) {
        CAPTURE(tag);
        CHECK(read_html(repeated(tag, 200000) + "deep").text == "deep");
    }
}

TEST_CASE("closing tags that close nothing do not hide the depth") {
    CHECK(read_html(repeated("<div></b>", 200000) + "deep").text == "deep");
    CHECK(read_html(repeated("<div a='</div>'>", 100000) + "deep").text == "deep");
    CHECK(read_html(repeated("<div><!--</div>-->", 100000) + "deep").text == "deep");
    CHECK(read_html(repeated("<div><script></div></script>", 100000) + "deep").text == "deep");
    CHECK(read_html(repeated("<div><table></div></table>", 50000) + "deep").text == "deep");
}

TEST_CASE("a tag with a hundred thousand attributes is read at once") {
    std::string page = "<p";
    for (int i = 0; i < 100000; ++i) page += " a" + std::to_string(i);

    CHECK(read_html(page + ">words").text == "words");
}

TEST_CASE("a long page of siblings is parsed, not stripped") {
    const TitledText page = read_html("<title>t</title>" + repeated("<p>a<br><img src=x><li>b", 20000));

    CHECK(page.title == "t");
    CHECK(page.text.size() == 4 * 20000 - 1);
}

TEST_CASE("without parsing the tags, scripts and comments go and the words stay") {
    const TitledText page = read_html_without_parsing(
        "<p>a &lt; b &unknown; <!-- c > d --><script>if (a<b) {}</script>e < f<style>x</style>");

    CHECK(page.text == "a < b &unknown;\ne < f");
    CHECK(read_html_without_parsing("a<script>never closed").text == "a");
    CHECK(read_html_without_parsing("a<").text == "a<");
}

}  // namespace
}  // namespace eckart::corpora
