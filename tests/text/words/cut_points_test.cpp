#include "text/words/cut_points.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace eckart::text;

namespace {

/// The text with a bar at every edge, found from each byte on in both directions.
std::string at_edges(const std::string& text) {
    CutPoints cuts(text);
    std::string marked;
    std::size_t last = 0;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const std::size_t before = cuts.edge_before(at), after = cuts.edge_after(at);
        CHECK(before <= at);
        CHECK(after >= at);
        if (before == at) last = at;
        CHECK(before == last);
        CHECK(cuts.edge_before(after) == after);
        if (before == at && at > 0 && at < text.size()) marked += "|";
        if (at < text.size()) marked += text[at];
    }
    return marked;
}

std::vector<std::string> graphemes(const std::string& text) {
    CutPoints cuts(text);
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t next = cuts.grapheme_after(at + 1);
        CHECK(cuts.grapheme_before(next) == next);
        CHECK(cuts.grapheme_before(next - 1) == at);
        found.push_back(text.substr(at, next - at));
        at = next;
    }
    return found;
}

using Parts = std::vector<std::string>;

}  // namespace

TEST_CASE("graphemes are what readers see as one character") {
    CHECK(graphemes("ab") == Parts{"a", "b"});
    CHECK(graphemes("e\u0301x") == Parts{"e\u0301", "x"});
    CHECK(graphemes("\u0939\u093f\u0928\u094d\u0926\u0940") == Parts{"\u0939\u093f", "\u0928\u094d\u0926\u0940"});
    CHECK(graphemes("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7") ==
          Parts{"\U0001F1E9\U0001F1EA", "\U0001F1EB\U0001F1F7"});
    CHECK(graphemes("\U0001F469\u200d\U0001F52C!") == Parts{"\U0001F469\u200d\U0001F52C", "!"});
    CHECK(graphemes("\u1112\u1161\u11ab\u1100\u1173\u11af") == Parts{"\u1112\u1161\u11ab", "\u1100\u1173\u11af"});
    CHECK(graphemes("1\ufe0f\u20e3") == Parts{"1\ufe0f\u20e3"});
    CHECK(graphemes("\u0e19\u0e49\u0e33") == Parts{"\u0e19\u0e49\u0e33"});  // Thai: water
}

TEST_CASE("edges keep punctuation with its word") {
    CHECK(at_edges("Hello, world.") == "Hello, |world.");
    CHECK(at_edges("He said: \"Come!\" And (then) left.") == "He |said: |\"Come!\" |And |(then) |left.");
    CHECK(at_edges("\u00ab\u00a0Oui\u00a0!\u00a0\u00bb dit-il") == "\u00ab\u00a0Oui\u00a0!\u00a0\u00bb |dit-|il");
    CHECK(at_edges("\u00bfQu\u00e9? No") == "\u00bfQu\u00e9? |No");
    CHECK(at_edges("3.14 $5 10%") == "3.14 |$5 |10%");
    CHECK(at_edges("don't") == "don't");
}

TEST_CASE("edges are known in scripts without spaces, and not within their words") {
    CHECK(at_edges("\u65e5\u672c\u8a9e\u3002\u300c\u6771\u4eac\u300d\u3078") ==
          "\u65e5\u672c\u8a9e\u3002|\u300c\u6771\u4eac\u300d|\u3078");
    CHECK(at_edges("\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22") == "\u0e20\u0e32\u0e29\u0e32|\u0e44\u0e17\u0e22");
    CHECK(at_edges("\ud55c\uad6d\uc5b4 \ubb38\uc7a5") == "\ud55c\uad6d\uc5b4 |\ubb38\uc7a5");
    CHECK(at_edges("\u05e9\u05dc\u05d5\u05dd, \u05e2\u05d5\u05dc\u05dd.") ==
          "\u05e9\u05dc\u05d5\u05dd, |\u05e2\u05d5\u05dc\u05dd.");
}

TEST_CASE("a text that is empty or not UTF-8 has edges too") {
    CutPoints nothing("");
    CHECK(nothing.edge_before(0) == 0);
    CHECK(nothing.edge_after(5) == 0);
    CHECK(at_edges("a\xff\xfe b") == "a\xff\xfe |b");
    CHECK(at_edges("\xe2\x80 x").find("|x") != std::string::npos);
}

TEST_CASE("without an edge within some steps a grapheme ends there instead") {
    std::string syllables;  // Korean text is broken between syllables, and here no word ends there
    for (int i = 0; i < 500; ++i) syllables += "\uac00";
    CutPoints cuts(syllables);

    CHECK(cuts.edge_before(601) == 600);
    CHECK(cuts.edge_after(601) == 603);
    CHECK(cuts.edge_before(3) == 0);
}
