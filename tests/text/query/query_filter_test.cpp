#include "text/query/query_filter.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <set>
#include <string>

#include "engine/support/random.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

constexpr Mode all_three[] = {Mode::lexical, Mode::latent, Mode::hybrid};
using Words = std::vector<std::string>;
using Rows = std::set<std::string>;

SearchOptions everything(Mode mode) {
    return {.mode = mode, .count = 1'000'000, .latent_weight = {}};
}

Rows found(const Index& index, std::string_view query, Mode mode = Mode::lexical) {
    const auto hits = ids(index.search(query, everything(mode)));
    return {hits.begin(), hits.end()};
}

/// A text as its words, title and body apart.
struct PlainText {
    std::string id;
    Words title;
    Words body;
};

std::string joined(const Words& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
    return text;
}

/// Words of a small vocabulary with common beginnings, so that phrases and prefixes are found.
std::string drawn_word(const Philox& random, std::uint64_t& draw) {
    constexpr const char* words[] = {"car", "cars", "cart", "carton", "tyre",  "tyres", "worn", "the",
                                     "a",   "of",   "or",   "and",    "brake", "bra",   "x1",   "x12"};
    const std::uint64_t kinds = random.below(draw++, 3) == 0 ? 16 : 8;
    return words[random.below(draw++, kinds)];
}

std::vector<PlainText> drawn_texts(std::size_t count) {
    const Philox random(17);
    std::uint64_t draw = 0;
    std::vector<PlainText> texts;
    for (std::size_t d = 0; d < count; ++d) {
        PlainText text{numbered(d < 10 ? "d0" : "d", d), {}, {}};
        for (std::uint64_t i = random.below(draw++, 4); i > 0; --i) text.title.push_back(drawn_word(random, draw));
        for (std::uint64_t i = 1 + random.below(draw++, 12); i > 0; --i) text.body.push_back(drawn_word(random, draw));
        texts.push_back(text);
    }
    return texts;
}

/// A query with what it means, said a second time in a slow way.
struct Drawn {
    std::string query;
    std::function<bool(const PlainText&)> holds;
};

bool any_part(const PlainText& text, const std::function<bool(const Words&)>& holds) {
    return holds(text.title) || holds(text.body);
}

bool has_phrase(const Words& words, const Words& phrase) {
    return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end();
}

/// Draws queries: a piece, or an operator over smaller queries in parentheses.
class Draws {
  public:
    Drawn query(int depth) {
        const std::uint64_t kind = random_.below(draw_++, depth > 0 ? 10 : 5);
        switch (kind) {
            case 0:
                return phrase(2 + random_.below(draw_++, 2), false);
            case 1:
                return prefix();
            case 2:
                return near();
            case 3:
                return phrase(1 + random_.below(draw_++, 2), true);
            case 4:
                return phrase(1, false);
            case 5:
                return negation(depth);
            case 6:
                return exclusion(depth);
            default:
                return both_or_either(depth, kind % 2 == 0);
        }
    }

  private:
    Drawn phrase(std::uint64_t length, bool in_title) {
        Words words;
        for (std::uint64_t i = 0; i < length; ++i) words.push_back(drawn_word(random_, draw_));
        const std::string query = length == 1 ? words[0] : "\"" + joined(words) + "\"";
        if (in_title) return {"title:" + query, [=](const PlainText& t) { return has_phrase(t.title, words); }};
        return {"+" + query, [=](const PlainText& t) {
                    return any_part(t, [&](const Words& part) { return has_phrase(part, words); });
                }};
    }

    Drawn prefix() {
        const std::string word = drawn_word(random_, draw_);
        const std::string beginning = word.substr(0, 1 + random_.below(draw_++, word.size()));
        return {beginning + "*", [=](const PlainText& t) {
                    return any_part(t, [&](const Words& part) {
                        return std::any_of(part.begin(), part.end(),
                                           [&](const auto& w) { return w.starts_with(beginning); });
                    });
                }};
    }

    Drawn near() {
        const std::string a = drawn_word(random_, draw_), b = drawn_word(random_, draw_);
        const std::size_t most = 1 + random_.below(draw_++, 4);
        return {"(" + a + " NEAR/" + std::to_string(most) + " " + b + ")", [=](const PlainText& t) {
                    return any_part(t, [&](const Words& part) {
                        for (std::size_t i = 0; i < part.size(); ++i) {
                            for (std::size_t j = 0; j < part.size(); ++j) {
                                const std::size_t apart = i < j ? j - i : i - j;
                                if (apart > 0 && apart <= most && part[i] == a && part[j] == b) return true;
                            }
                        }
                        return false;
                    });
                }};
    }

    Drawn negation(int depth) {
        const Drawn inner = query(depth - 1);
        return {"NOT (" + inner.query + ")", [=](const PlainText& t) { return !inner.holds(t); }};
    }

    Drawn exclusion(int depth) {
        const Drawn wanted = query(depth - 1), unwanted = query(depth - 1);
        return {"(" + wanted.query + " -(" + unwanted.query + "))",
                [=](const PlainText& t) { return wanted.holds(t) && !unwanted.holds(t); }};
    }

    Drawn both_or_either(int depth, bool both) {
        const Drawn a = query(depth - 1), b = query(depth - 1);
        return {"(" + a.query + (both ? " AND " : " OR ") + b.query + ")",
                [=](const PlainText& t) { return both ? a.holds(t) && b.holds(t) : a.holds(t) || b.holds(t); }};
    }

    Philox random_{23};
    std::uint64_t draw_ = 0;
};

const SmallIndex& drawn_index() {
    static const SmallIndex made([] {
        std::vector<SourceDocument> documents;
        for (const PlainText& text : drawn_texts(80))
            documents.push_back({text.id, joined(text.title), joined(text.body)});
        return documents;
    }());
    return made;
}

SourceDocument of(std::string id, std::string title, std::string text) {
    return {std::move(id), std::move(title), std::move(text)};
}

}  // namespace

TEST_CASE("500 drawn queries find what a search through the texts finds, in each mode") {
    const auto texts = drawn_texts(80);
    Draws draws;
    std::size_t empty = 0, full = 0;
    for (int i = 0; i < 500; ++i) {
        const Drawn drawn = draws.query(i % 4);
        Rows expected;
        for (const PlainText& text : texts) {
            if (drawn.holds(text)) expected.insert(text.id);
        }
        CAPTURE(drawn.query);
        for (const Mode mode : all_three) CHECK(found(drawn_index().index, drawn.query, mode) == expected);
        empty += expected.empty();
        full += expected.size() == texts.size();
    }
    CHECK(empty < 150);  // otherwise the queries would test little
    CHECK(full < 100);
}

TEST_CASE("plain words rank and need not be there; parts with an operator must hold") {
    const SmallIndex made(
        {of("a", "", "worn tyres"), of("b", "", "worn brakes"), of("c", "", "new tyres"), of("d", "Worn", "car")});

    CHECK(found(made.index, "worn tyres") == Rows{"a", "b", "c", "d"});
    CHECK(found(made.index, "worn +tyres") == Rows{"a", "c"});
    CHECK(ids(made.index.search("worn +tyres", everything(Mode::lexical))) == Ids{"a", "c"});
    CHECK(found(made.index, "worn -tyres") == Rows{"b", "d"});
    CHECK(found(made.index, "-tyres") == Rows{"b", "d"});
    CHECK(found(made.index, "title:worn") == Rows{"d"});
    CHECK(found(made.index, "-title:worn worn") == Rows{"a", "b"});
    CHECK(found(made.index, "(tyres brakes) AND worn") == Rows{"a", "b"});
    CHECK(found(made.index, "\"worn car\"").empty());  // no phrase crosses from the title into the text
    CHECK(found(made.index, "+zebra worn").empty());
    CHECK(found(made.index, "-zebra") == Rows{"a", "b", "c", "d"});
    CHECK(found(made.index, "+... worn") == Rows{"a", "b", "d"});  // a part without a word holds everywhere
}

TEST_CASE("a word with an operator is found in all its forms, a phrase as written") {
    IndexOptions english = plain();
    english.language = "en";
    const SmallIndex made({of("a", "", "the tyre was worn"), of("b", "", "worn tyres"), of("c", "Tyres", "and brakes"),
                           of("d", "", "to be or not to be")},
                          english);

    CHECK(found(made.index, "+tyre") == Rows{"a", "b", "c"});
    CHECK(found(made.index, "=tyre") == Rows{"a"});
    CHECK(found(made.index, "=TYRE") == Rows{"a"});
    CHECK(found(made.index, "\"worn tyres\"") == Rows{"b"});
    CHECK(found(made.index, "\"worn tyre\"").empty());
    CHECK(found(made.index, "title:tyre") == Rows{"c"});
    CHECK(found(made.index, "tyre NEAR/2 worn") == Rows{"a", "b"});
    CHECK(found(made.index, "tyre NEAR/1 worn") == Rows{"b"});
    CHECK(found(made.index, "\"to be or not to be\"") == Rows{"d"});
    CHECK(found(made.index, "\"be to\"").empty());
    CHECK(found(made.index, "+the") == Rows{"a"});
}

TEST_CASE("a piece of several words is a phrase where it must hold") {
    const SmallIndex made({of("a", "", "send e-mail to ann@example.org"), of("b", "", "mail e"),
                           of("c", "", "std vector and example org")});

    CHECK(found(made.index, "+e-mail") == Rows{"a"});
    CHECK(found(made.index, "e-mail") == Rows{"a", "b"});
    CHECK(found(made.index, "+std::vector") == Rows{"c"});
    CHECK(found(made.index, "+ann@example.org") == Rows{"a"});
    CHECK(found(made.index, "=example.or*") == Rows{"a", "c"});
}

TEST_CASE("near parts need places of their own") {
    const SmallIndex made(
        {of("a", "", "car x car"), of("b", "", "car"), of("c", "", "car y y y cart"), of("d", "", "x y car")});

    CHECK(found(made.index, "car NEAR/2 car") == Rows{"a"});
    CHECK(found(made.index, "car NEAR/9 car*") == Rows{"a", "c"});
    CHECK(found(made.index, "car NEAR/2 car NEAR/2 x") == Rows{"a"});
    CHECK(found(made.index, "\"car y x\"~1") == Rows{"d"});
    CHECK(found(made.index, "x NEAR/1 \"car\"") == Rows{"a"});
}

TEST_CASE("fuzzy words are within one or two letters") {
    const SmallIndex made({of("a", "", "tyres"), of("b", "", "tires"), of("c", "", "tree"), of("d", "", "different")});

    CHECK(found(made.index, "tyers~") == Rows{"a"});
    CHECK(found(made.index, "tyers~2") == Rows{"a", "b"});
    CHECK(found(made.index, "diffrnt~") == Rows{"d"});
    CHECK(found(made.index, "diffrnt~1").empty());
}

TEST_CASE("long phrases and chains are refused, long texts are not") {
    const Index& index = drawn_index().index;
    std::string words, chain = "car";
    for (int i = 0; i < 1001; ++i) words += "car ";
    for (int i = 0; i < 20; ++i) chain += " NEAR car";

    CHECK(message_of<QueryError>([&] { static_cast<void>(index.search("\"" + words + "\"")); }) ==
          "query, column 1: found a phrase of 1001 words; use at most 1000");
    CHECK(message_of<QueryError>([&] { static_cast<void>(index.search(chain)); }) ==
          "query, column 181: found more than 20 parts near to each other");
    CHECK(found(index, words) == found(index, "car"));
    CHECK(found(index, "(" + words.substr(0, 100) + ") AND cart") == found(index, "car AND cart"));
}

TEST_CASE("a prefix of very many words takes the most frequent ones and says so") {
    std::vector<SourceDocument> documents = {of("common", "", "pzz pzz")};
    for (int d = 0; d < 60; ++d) {
        std::string text;
        for (int i = 0; i < 2000; ++i)
            text += numbered(numbered("p", static_cast<std::size_t>(d)) + "q", static_cast<std::size_t>(i)) + " ";
        documents.push_back({numbered("d", static_cast<std::size_t>(100 + d)), "", text + "pzz"});
    }
    const SmallIndex made(documents, plain("1"));

    const SearchAnswer answer = made.index.answer("p*", everything(Mode::lexical));

    CHECK(answer.hits.size() == 61);
    REQUIRE(answer.notes.size() == 1);
    CHECK(answer.notes[0].code == "prefix-cut");
    CHECK(answer.notes[0].text == "120001 words begin with 'p'; the 100000 that are in most documents were looked for");
}
