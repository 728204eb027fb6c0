#include "text/query/snippet.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/support/random.h"
#include "tests/text/small_index.h"
#include "text/words/analyzer.h"
#include "text/words/unicode.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

const std::string ellipsis = "\u2026";

/// The passage of `text` for the words of `relevance`.
Snippet passage(const std::string& text, const std::map<std::string, double, std::less<>>& relevance,
                std::size_t width = 60) {
    Analyzer analyzer;
    TokenList terms;
    analyzer.analyze(text, Language(), terms);
    const auto of_term = [&](std::string_view term) {
        const auto found = relevance.find(term);
        return found == relevance.end() ? 0.0 : found->second;
    };
    return best_passage(text, terms, of_term, 0.5, width);
}

std::vector<std::string> marked(const Snippet& snippet) {
    std::vector<std::string> words;
    for (const auto& [begin, end] : snippet.matches) words.push_back(snippet.text.substr(begin, end - begin));
    return words;
}

/// What holds for every snippet whatever the text.
void check_sound(const Snippet& snippet) {
    CHECK(is_valid_utf8(snippet.text));
    std::size_t last = 0;
    for (const auto& [begin, end] : snippet.matches) {
        CHECK(begin >= last);
        CHECK(begin < end);
        REQUIRE(end <= snippet.text.size());
        CHECK(character_boundary(snippet.text, begin) == begin);
        CHECK(character_boundary(snippet.text, end) == end);
        last = end;
    }
    CHECK(snippet.text.find("  ") == std::string::npos);
    for (const char c : snippet.text) CHECK((static_cast<unsigned char>(c) >= ' '));
}

}  // namespace

TEST_CASE("the passage is the sentence that says most, with its matches and an ellipsis where text was cut") {
    const std::string text = "Nothing is said here at all, for sure. The red fox eats fish. And then it sleeps long.";

    const Snippet snippet = passage(text, {{"fox", 1}, {"fish", 1}}, 25);

    CHECK(snippet.text == ellipsis + "The red fox eats fish." + ellipsis);
    CHECK(marked(snippet) == Ids{"fox", "fish"});
}

TEST_CASE("a short text is shown whole, without an ellipsis, its white space folded") {
    const Snippet snippet = passage("  A \"quick\"\n\n fox\tran.  ", {{"fox", 1}});

    CHECK(snippet.text == "A \"quick\" fox ran.");
    CHECK(marked(snippet) == Ids{"fox"});
}

TEST_CASE("two different terms say more than one said twice") {
    const std::string text = "fox fox fox fox fox fox. Some words that stand between. fox and fish.";

    CHECK(marked(passage(text, {{"fox", 1}, {"fish", 1}}, 24)) == Ids{"fox", "fish"});
}

TEST_CASE("terms below the mark lead to a passage but are not marked") {
    const Snippet snippet = passage("Only words. Only words. Only words. A weak hint here.", {{"hint", 0.4}}, 18);

    CHECK(snippet.text == ellipsis + "A weak hint here.");
    CHECK(snippet.matches.empty());
}

TEST_CASE("a text without terms, or an empty one, has no snippet") {
    CHECK(passage("", {{"fox", 1}}).text.empty());
    CHECK(passage(" \n ... !", {{"fox", 1}}).text.empty());
}

TEST_CASE("a snippet without a match begins where the text begins") {
    const Snippet snippet = passage("One two three four five six seven eight.", {}, 14);

    CHECK(snippet.text == "One two three" + ellipsis);
    CHECK(snippet.matches.empty());
}

TEST_CASE("the width bounds the passage by whole words, and any width does") {
    std::string text;
    for (int i = 0; i < 300; ++i) text += "word" + std::to_string(i) + (i % 7 == 6 ? ". " : " ");
    for (const std::size_t width : {0, 1, 10, 50, 200, 1000}) {
        const Snippet snippet = passage(text, {{"word150", 1}}, width);
        CAPTURE(width);
        CHECK(snippet.text.size() <= std::max<std::size_t>(width, 7) + 2 * ellipsis.size() + 1);
        CHECK(marked(snippet) == Ids{"word150"});
    }
    const Snippet whole = passage(text, {{"word150", 1}}, std::numeric_limits<std::size_t>::max());
    CHECK(whole.text + " " == text);
}

TEST_CASE("a snippet is sound whatever the bytes") {
    const Philox random(17);
    const std::vector<std::string> pieces = {"fox",
                                             " ",
                                             "\xff",
                                             "\xe2\x80",
                                             "\xc3\xa9t\xc3\xa9",
                                             "\n\n",
                                             std::string("\0x", 2),
                                             "\xe6\x97\xa5\xe6\x9c\xac",
                                             "\xe0\xa4\xb9\xe0\xa4\xbf",
                                             ". ",
                                             "\xf0\x9f\x90\x88",
                                             "\xed\xa0\x80",
                                             "\x01",
                                             "fish",
                                             "\"(",
                                             "\xc2",
                                             "e\xcc\x81",
                                             "\xe3\x80\x82"};
    std::uint64_t draw = 0;
    for (int trial = 0; trial < 400; ++trial) {
        std::string text;
        const auto count = random.below(draw++, 60);
        for (std::uint64_t i = 0; i < count; ++i) text += pieces[random.below(draw++, pieces.size())];
        const Snippet snippet =
            passage(text, {{"fox", 1}, {"fish", 2}, {"\xc3\xa9t\xc3\xa9", 1}}, random.below(draw++, 80));
        check_sound(snippet);
        for (const auto& word : marked(snippet))
            CHECK((word == "fox" || word == "fish" || word == "\xc3\xa9t\xc3\xa9"));
    }
}

TEST_CASE("a character that gives two words is shown once, and not cut") {
    const Snippet snippet = passage("a \u00bd cup of \ufb01sh", {{"1", 1}, {"2", 1}, {"fish", 1}});

    check_sound(snippet);
    CHECK(snippet.text == "a \u00bd cup of \ufb01sh");
}

TEST_CASE("an index marks the words of the query, and where there are none the words near in meaning") {
    std::vector<SourceDocument> documents;
    for (int i = 0; i < 6; ++i) {
        documents.push_back({"both" + std::to_string(i), "", "The car is an automobile with an engine and tyres."});
        documents.push_back({"flower" + std::to_string(i), "", "A rose is a flower with petals and thorns."});
    }
    documents.push_back({"far", "", "Long ago nobody knew of it. Then the automobile came to town. Nobody minded."});
    IndexOptions options = plain("2");  // in all dimensions, the two words are told apart again
    options.language = "en";
    const SmallIndex made(documents, options);
    const auto hits = made.index.search("car", {.mode = Mode::latent, .count = 20, .latent_weight = {}});
    const auto far = std::find_if(hits.begin(), hits.end(), [](const Hit& hit) { return hit.document == "far"; });
    REQUIRE(far != hits.end());

    CHECK(marked(made.index.snippet(*far, "automobile town", 40)) == Ids{"automobile", "town"});
    const Snippet by_meaning = made.index.snippet(*far, "car", 40);
    CHECK(by_meaning.text.find("automobile") != std::string::npos);
    CHECK(marked(by_meaning) == Ids{"automobile"});
    CHECK(made.index.snippet(*far, "", 40).matches.empty());
    CHECK(made.index.snippet(*far, "zebra", 40).matches.empty());
}

TEST_CASE("a document's words are those of its own language, whatever the language of the query") {
    std::vector<SourceDocument> documents;
    const std::string english =
        "The people of the town were told about it before they would leave with all of their own "
        "things, and there was not one who could say what they had seen there. ";
    const std::string german =
        "Die Leute in der Stadt wussten es schon, bevor sie mit allem, was ihnen geh\u00f6rte, "
        "aufbrachen, und es gab niemanden, der sagen konnte, was sie dort gesehen hatten. ";
    for (int i = 0; i < 5; ++i) documents.push_back({"en" + std::to_string(i), "", english + english});
    documents.push_back({"de", "", german + "Alle H\u00e4user waren leer. " + german});
    IndexOptions options;
    const SmallIndex made(documents, options);

    const auto hits = made.index.search("haus", {.mode = Mode::lexical, .count = 10, .latent_weight = {}});

    REQUIRE(ids(hits) == Ids{"de"});
    CHECK(marked(made.index.snippet(hits[0], "haus", 60)) == Ids{"H\u00e4user"});
}
