#include "text/query/snippet.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include "engine/support/random.h"
#include "tests/text/small_index.h"
#include "text/words/analyzer.h"
#include "text/words/cut_points.h"
#include "text/words/display.h"
#include "text/words/unicode.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

const std::string ellipsis = "\u2026";

TokenList terms_of(const std::string& text) {
    Analyzer analyzer;
    TokenList terms;
    analyzer.analyze(text, Language(), terms);
    return terms;
}

/// The passage of `text` for the words of `weights`; those of .5 or more are marked.
Snippet passage(const std::string& text, const std::map<std::string, double, std::less<>>& weights,
                std::size_t width = 60) {
    const TokenList terms = terms_of(text);
    std::vector<TermRelevance> relevance(terms.size());
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const auto found = weights.find(terms[i]);
        if (found == weights.end()) continue;
        relevance[i] = {found->second, found->second >= 0.5 ? Match::word : Match::none};
    }
    return best_passage(text, terms, relevance, {.width = width});
}

std::vector<std::string> marked(const Snippet& snippet, Match match = Match::word) {
    std::vector<std::string> words;
    for (const Highlight& highlight : snippet.highlights) {
        if (highlight.match != match) continue;
        words.push_back(snippet.text.substr(highlight.begin, highlight.end - highlight.begin));
    }
    return words;
}

/// What holds for every snippet whatever the text.
void check_sound(const Snippet& snippet) {
    CHECK(is_valid_utf8(snippet.text));
    std::size_t last = 0;
    for (const auto& [begin, end, match] : snippet.highlights) {
        CHECK(match != Match::none);
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
    CHECK(snippet.highlights.empty());
}

TEST_CASE("an empty text has no snippet, and one without terms is shown from its beginning") {
    CHECK(passage("", {{"fox", 1}}).text.empty());
    CHECK(passage(" \n ", {{"fox", 1}}).text.empty());
    CHECK(passage(" \n ... !", {{"fox", 1}}).text == "... !");
    CHECK(best_passage("To be or not to be", {}, {}, {.width = 8}).text == "To be or" + ellipsis);
    CHECK(best_passage("To be", {}, {}, {.width = 8, .goes_on = true}).text == "To be" + ellipsis);
}

TEST_CASE("a snippet without a match begins where the text begins") {
    const Snippet snippet = passage("One two three four five six seven eight.", {}, 14);

    CHECK(snippet.text == "One two three" + ellipsis);
    CHECK(snippet.highlights.empty());
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
        for (const auto& word : marked(snippet)) {
            CAPTURE(word);
            CHECK((word == "fox" || word == "fish" || word == "\xc3\xa9t\xc3\xa9"));
        }
    }
}

namespace {

/// One small text of our own in each of many scripts: of the wind, of a boat, and of a child who asks why.
const std::vector<std::string>& texts_of_scripts() {
    static const std::vector<std::string> texts = {
        "The wind (it came from the north) was cold. \"Why?\", asked the child; nobody knew! The boat waited.",
        "Le vent \u00e9tait froid. \u00ab\u00a0Pourquoi\u00a0?\u00a0\u00bb demanda l\u2019enfant. Le bateau "
        "attendait\u00a0; personne ne savait\u00a0!",
        "Der Wind war kalt. \u201eWarum?\u201c, fragte das Kind. Niemand wusste es, und das Boot wartete.",
        "\u0412\u0435\u0442\u0435\u0440 \u0431\u044b\u043b \u0445\u043e\u043b\u043e\u0434\u043d\u044b\u0439. "
        "\u2014 \u041f\u043e\u0447\u0435\u043c\u0443? \u2014 \u0441\u043f\u0440\u043e\u0441\u0438\u043b "
        "\u0440\u0435\u0431\u0451\u043d\u043e\u043a. \u041b\u043e\u0434\u043a\u0430 \u0436\u0434\u0430\u043b\u0430.",
        "\u039f \u03ac\u03bd\u03b5\u03bc\u03bf\u03c2 \u03ae\u03c4\u03b1\u03bd \u03ba\u03c1\u03cd\u03bf\u03c2. "
        "\u00ab\u0393\u03b9\u03b1\u03c4\u03af;\u00bb \u03c1\u03ce\u03c4\u03b7\u03c3\u03b5 \u03c4\u03bf "
        "\u03c0\u03b1\u03b9\u03b4\u03af.",
        "\u0627\u0644\u0631\u064a\u062d\u064f \u0628\u0627\u0631\u062f\u0629\u060c "
        "\u0648\u0627\u0644\u0642\u0627\u0631\u0628 "
        "\u064a\u0646\u062a\u0638\u0631. \u0644\u0645\u0627\u0630\u0627\u061f \u0633\u0623\u0644 "
        "\u0627\u0644\u0637\u0641\u0644\u064f.",
        "\u05d4\u05b8\u05e8\u05d5\u05bc\u05d7\u05b7 \u05e7\u05b8\u05e8\u05b8\u05d4. \u05d4\u05e1\u05d9\u05e8\u05d4 "
        "\u05de\u05d7\u05db\u05d4, \u05d5\u05d4\u05d9\u05dc\u05d3 \u05e9\u05d5\u05d0\u05dc: \u05dc\u05de\u05d4?",
        "\u0939\u0935\u093e \u0920\u0902\u0921\u0940 \u0939\u0948\u0964 \u0928\u093e\u0935 "
        "\u092a\u094d\u0930\u0924\u0940\u0915\u094d\u0937\u093e \u0915\u0930\u0924\u0940 \u0939\u0948\u0964 "
        "\u092c\u091a\u094d\u091a\u093e \u092a\u0942\u091b\u0924\u093e \u0939\u0948, \u0915\u094d\u092f\u094b\u0902?",
        "\u0b95\u0bbe\u0bb1\u0bcd\u0bb1\u0bc1 \u0b95\u0bc1\u0bb3\u0bbf\u0bb0\u0bbe\u0b95 "
        "\u0b89\u0bb3\u0bcd\u0bb3\u0ba4\u0bc1. "
        "\u0baa\u0b9f\u0b95\u0bc1 "
        "\u0b95\u0bbe\u0ba4\u0bcd\u0ba4\u0bbf\u0bb0\u0bc1\u0b95\u0bcd\u0b95\u0bbf\u0bb1\u0ba4\u0bc1.",
        "\u0e25\u0e21\u0e2b\u0e19\u0e32\u0e27\u0e21\u0e32\u0e01 "
        "\u0e40\u0e23\u0e37\u0e2d\u0e01\u0e33\u0e25\u0e31\u0e07\u0e23\u0e2d "
        "\u0e40\u0e14\u0e47\u0e01\u0e16\u0e32\u0e21\u0e27\u0e48\u0e32\u0e17\u0e33\u0e44\u0e21\u0e19\u0e49\u0e33\u0e40"
        "\u0e22\u0e47\u0e19",
        "\u0e99\u0ec9\u0eb3\u0ec0\u0ea2\u0eb1\u0e99 "
        "\u0ec0\u0eae\u0eb7\u0ead\u0ea5\u0ecd\u0e96\u0ec9\u0eb2\u0ea2\u0eb9\u0ec8.",
        "\u1781\u17d2\u1799\u179b\u17cb\u178f\u17d2\u179a\u1787\u17b6\u1780\u17cb\u17d4 "
        "\u1791\u17bc\u1780\u179a\u1784\u17cb\u1785\u17b6\u17c6\u17d4",
        "\u101c\u1031\u1021\u1031\u1038\u101e\u100a\u103a\u104b "
        "\u101c\u103e\u1031\u1000\u1005\u1031\u102c\u1004\u1037\u103a\u101e\u100a\u103a\u104b",
        "\u98ce\u5f88\u51b7\u3002\u5b69\u5b50\u95ee\uff1a\u201c\u4e3a\u4ec0\u4e48\uff1f\u201d\u6ca1\u6709\u4eba\u77e5"
        "\u9053\u3002"
        "\u5c0f\u8239\u5728\u7b49\u5f85\u3002",
        "\u98a8\u306f\u51b7\u305f\u304b\u3063\u305f\u3002\u300c\u306a\u305c\uff1f\u300d\u3068\u5b50\u3069\u3082\u304c"
        "\u805e\u3044\u305f\u3002\u30dc\u30fc\u30c8\u306f\u5f85\u3063\u3066\u3044\u305f\u3002",
        "\ubc14\ub78c\uc774 \ucc28\uac00\uc6e0\ub2e4. \uc544\uc774\uac00 \u201c\uc65c?\u201d \ud558\uace0 "
        "\ubb3c\uc5c8\ub2e4. \ubc30\uac00 \uae30\ub2e4\ub838\ub2e4.",
        "Wind \U0001F32C\ufe0f, a flag \U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7, a family "
        "\U0001F469\u200d\U0001F467\u200d\U0001F466 and Z\u0351\u036b\u0343a\u0334l\u0321g\u031b\u0347o\u0321. Boat!"};
    return texts;
}

/// Whether `body` may have been taken from `shown` at `at`: between edges, sentences or words, with an ellipsis where
/// something is cut and only there.
bool is_cut_well(const std::string& shown, const std::string& body, std::size_t at, bool cut_before, bool cut_behind) {
    CutPoints cuts(shown);
    const std::size_t end = at + body.size(), next = end + (end < shown.size() && shown[end] == ' ' ? 1 : 0);
    const auto is_edge = [&](std::size_t here) { return cuts.edge_before(here) == here; };
    bool begins = is_edge(at) || sentence_start(shown, 0, at) == at, ends = is_edge(end) || is_edge(next);
    const TokenList terms = terms_of(shown);
    for (std::size_t i = 0; i < terms.size(); ++i) {
        begins = begins || terms.source(i).begin == at;
        ends = ends || terms.source(i).end == end;
    }
    return (at > 0) == cut_before && (end < shown.size()) == cut_behind && begins && ends &&
           cuts.grapheme_before(at) == at && cuts.grapheme_before(end) == end;
}

/// Asks for `term` in `text`, whose terms are `terms`, and checks all that is promised of the snippet.
void check_promises(const std::string& text, const TokenList& terms, std::size_t term, std::size_t width) {
    std::vector<TermRelevance> relevance(terms.size());
    std::size_t widest = 0;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (terms[i] != terms[term]) continue;
        relevance[i] = {1, Match::word};
        const ByteRange source = terms.source(i);
        widest = std::max(widest, columns(text.substr(source.begin, source.end - source.begin)));
    }
    const Snippet snippet = best_passage(text, terms, relevance, {.width = width});
    std::string shown, body = snippet.text;
    append_shown(shown, text);
    while (shown.ends_with(' ')) shown.pop_back();
    const bool before = body.starts_with(ellipsis), behind = body.ends_with(ellipsis);
    if (before) body.erase(0, ellipsis.size());
    if (behind) body.erase(body.size() - ellipsis.size());

    CAPTURE(snippet.text);
    CAPTURE(width);
    check_sound(snippet);
    bool good = false;
    for (auto at = shown.find(body); at != std::string::npos && !good; at = shown.find(body, at + 1)) {
        good = is_cut_well(shown, body, at, before, behind);
    }
    CHECK(good);
    constexpr std::size_t attached = 2 * 16;  // what stays with a word that is wider than the width
    CHECK(columns(body) <= std::max(width, widest + attached));
    REQUIRE(!snippet.highlights.empty());
    CutPoints cuts(snippet.text);
    for (const auto& [begin, end, match] : snippet.highlights) {
        CHECK(cuts.grapheme_before(begin) == begin);
        CHECK(cuts.grapheme_before(end) == end);
        const TokenList words = terms_of(snippet.text.substr(begin, end - begin));
        REQUIRE(words.size() >= 1);
        CHECK(words[0] == terms[term]);
    }
}

}  // namespace

TEST_CASE("in every script a snippet is cut at edges, marked where it is cut, and its words are marked whole") {
    for (const std::string& text : texts_of_scripts()) {
        const TokenList terms = terms_of(text);
        REQUIRE(terms.size() >= 4);
        for (const std::size_t width : {1, 8, 20, 40, 500}) {
            for (std::size_t term = 0; term < terms.size(); ++term) check_promises(text, terms, term, width);
        }
    }
}

TEST_CASE("the same holds in each language of the declaration of human rights") {
    const char* data = std::getenv("ECKART_DATA");
    if (data == nullptr || !std::filesystem::exists(std::string(data) + "/text/udhr")) {
        MESSAGE("skipped: ECKART_DATA names no folder with text/udhr");
        return;
    }
    const Philox random(5);
    std::uint64_t draw = 0;
    for (const auto& file : std::filesystem::directory_iterator(std::string(data) + "/text/udhr")) {
        std::ostringstream bytes;
        bytes << std::ifstream(file.path()).rdbuf();
        const std::string text = bytes.str();
        const TokenList terms = terms_of(text);
        CAPTURE(file.path());
        for (int trial = 0; trial < 12; ++trial) {
            check_promises(text, terms, random.below(draw++, terms.size()), trial % 3 == 0 ? 60 : 200);
        }
    }
}

TEST_CASE("the sentence's own marks stay, before it and behind it") {
    const auto shown = [](const std::string& text, const std::string& word, std::size_t width) {
        return passage(text, {{word, 1}}, width).text;
    };

    CHECK(shown("It rained. \u201cWhere is the fox?\u201d she asked them.", "fox", 19) ==
          ellipsis + "\u201cWhere is the fox?\u201d" + ellipsis);
    CHECK(shown("\u98ce\u5f88\u51b7\u3002\u5c0f\u8239\u5728\u7b49\u5f85\u3002\u6ca1\u6709\u4eba\u3002", "\u7b49\u5f85",
                12) == ellipsis + "\u5c0f\u8239\u5728\u7b49\u5f85\u3002" + ellipsis);
    CHECK(shown("\u0939\u0935\u093e \u0939\u0948\u0964 \u0928\u093e\u0935 \u0939\u0948\u0964", "\u0928\u093e\u0935",
                8) == ellipsis + "\u0928\u093e\u0935 \u0939\u0948\u0964");
    CHECK(shown("Il dit\u00a0: \u00ab\u00a0Viens\u00a0!\u00a0\u00bb Puis rien.", "viens", 13) ==
          ellipsis + "\u00ab\u00a0Viens\u00a0!\u00a0\u00bb" + ellipsis);
}

TEST_CASE("text from right to left keeps its marks and gets none; what would reach over the snippet is left out") {
    const std::string hebrew =
        "\u202b\u05d4\u05e1\u05d9\u05e8\u05d4\u200f (\u05d4\u05d2\u05d3\u05d5\u05dc\u05d4) "
        "\u05de\u05d7\u05db\u05d4.\u202c";

    const Snippet snippet = passage(hebrew, {{"\u05de\u05d7\u05db\u05d4", 1}});

    CHECK(snippet.text == hebrew.substr(3, hebrew.size() - 6));
    CHECK(marked(snippet) == Ids{"\u05de\u05d7\u05db\u05d4"});
}

TEST_CASE("no mark moves to the ellipsis, and a word of marks without end is not cut") {
    CHECK(passage("One two three. \x01\u0301four five six.", {{"four", 1}}, 10).text ==
          ellipsis + " \u0301four five" + ellipsis);
    std::string tall = "o";
    for (int i = 0; i < 100; ++i) tall += "\u0301";
    const Snippet snippet =
        passage("Before it. n" + tall + " behind.", {{terms_of("n" + tall).empty() ? "behind" : "n", 1}}, 4);
    CHECK(is_valid_utf8(snippet.text));
}

TEST_CASE("a character that gives two words is shown once, and not cut") {
    const Snippet snippet = passage("a \u00bd cup of \ufb01sh", {{"1", 1}, {"2", 1}, {"fish", 1}});

    check_sound(snippet);
    CHECK(snippet.text == "a \u00bd cup of \ufb01sh");
}

TEST_CASE("an index marks the words of the query and those near in meaning, each as what it is") {
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
    CHECK(marked(by_meaning).empty());
    CHECK(marked(by_meaning, Match::meaning) == Ids{"automobile"});
    CHECK(marked(made.index.snippet(*far, "car", 40, {.mode = Mode::lexical}), Match::meaning).empty());

    const auto own = made.index.search("engine", {.mode = Mode::lexical, .count = 1, .latent_weight = {}}).at(0);
    const Snippet both = made.index.snippet(own, "engine", 80);
    CHECK(marked(both) == Ids{"engine"});
    CHECK(marked(both, Match::meaning) == Ids{"car", "automobile", "tyres"});
    CHECK(made.index.snippet(*far, "", 40).highlights.empty());
    CHECK(made.index.snippet(*far, "zebra", 40).highlights.empty());
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
