#include "text/words/tokenizer.h"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "engine/support/random.h"

using eckart::Philox;
using eckart::text::ByteRange;
using eckart::text::Tokenizer;
using eckart::text::TokenList;

namespace {

std::vector<std::string> words(const TokenList& list) {
    std::vector<std::string> result;
    for (std::size_t i = 0; i < list.size(); ++i) result.emplace_back(list[i]);
    return result;
}

/// The words of `text`, after a check that both ways find them.
std::vector<std::string> tokens(std::string_view text) {
    TokenList fast, slow;
    Tokenizer(true).tokenize(text, fast);
    Tokenizer(false).tokenize(text, slow);
    CHECK(words(fast) == words(slow));
    return words(fast);
}

using Words = std::vector<std::string>;

/// Pieces that texts are put together of: what the rules speak of, and neighbours that could upset them.
constexpr std::array<std::string_view, 84> all_pieces = {"a",        "b",
                                                         "Z",        "x1",
                                                         "7",        "42",
                                                         "word",     "Other",
                                                         " ",        " ",
                                                         "  ",       "\n",
                                                         "\r\n",     "\t",
                                                         ".",        ",",
                                                         ";",        ":",
                                                         "'",        "\"",
                                                         "_",        "-",
                                                         "@",        "/",
                                                         "(",        ")",
                                                         "<",        "=",
                                                         "+",        "&",
                                                         "#",        "%",
                                                         "\\",       "|",
                                                         "~",        "\x7f",
                                                         "\x01",     "*",
                                                         "!",        "?",
                                                         "é",        "ß",
                                                         "İ",        "ſ",
                                                         "\u0301",   "\u0338",
                                                         "\u00ad",   "\u200d",
                                                         "\u200b",   "\u2019",
                                                         "\u2018",   "\u00a0",
                                                         "\u3000",   "\u00b7",
                                                         "ﬁ",        "Ａ",
                                                         "３",       "．",
                                                         "：",       "＿",
                                                         "½",        "²",
                                                         "㎏",       "ﷺ",
                                                         "हिन्दी",    "สวัสดี",
                                                         "東京",     "ひらがな",
                                                         "カタカナ", "ｶﾞ",
                                                         "한국어",   "שלום",
                                                         "\u05f4",   "العربية",
                                                         "👍🏽", "🇩🇪",
                                                         "1️⃣",  "\xff",
                                                         "\xc3",     "\xe2\x82",
                                                         "\xf0\x9f", "\xed\xa0\x80",
                                                         "‿",        "⒈"};

std::string random_text(const Philox& random, std::uint64_t& at, std::size_t pieces, std::uint64_t kinds) {
    std::string text;
    for (std::size_t i = 0; i < pieces; ++i) text += all_pieces[random.below(at++, kinds)];
    return text;
}

}  // namespace

TEST_CASE("words are what UAX 29 makes of plain English, in lower case") {
    CHECK(tokens("The quick (\"brown\") fox can't jump 32.3 feet, right?") ==
          Words{"the", "quick", "brown", "fox", "can't", "jump", "32.3", "feet", "right"});
    CHECK(tokens("").empty());
    CHECK(tokens(" \t\n.,;--_' ").empty());
}

TEST_CASE("underscores, colons, at signs and points between letters end a word") {
    CHECK(tokens("foo.bar snake_case std::vector me@home.org") ==
          Words{"foo", "bar", "snake", "case", "std", "vector", "me", "home", "org"});
    CHECK(tokens("3.14 1,000 1.2.3 10:30 a.5 5.a") == Words{"3.14", "1,000", "1.2.3", "10", "30", "a", "5", "5", "a"});
}

TEST_CASE("apostrophes stay between letters and are written one way") {
    CHECK(tokens("don't don\u2019t O'Neill's 'tis dogs' rock''n'roll") ==
          Words{"don't", "don't", "o'neill's", "tis", "dogs", "rock", "n'roll"});
    CHECK(tokens("l\u2019\u00e9t\u00e9") == Words{"l'\u00e9t\u00e9"});
}

TEST_CASE("combining marks never split a word") {
    CHECK(tokens("हिन्दी भाषा") == Words{"हिन्दी", "भाषा"});
    CHECK(tokens("e\u0301te\u0301") == Words{"\u00e9t\u00e9"});
    CHECK(tokens("a \u0301b") == Words{"a", "b"});
}

TEST_CASE("scripts without spaces are cut by dictionary") {
    CHECK(tokens("สวัสดีครับ") == Words{"สวัสดี", "ครับ"});
    CHECK(tokens("我爱北京") == Words{"我", "爱", "北京"});
    CHECK(tokens("東京都").front() == "東京");
    CHECK(tokens("ខ្ញុំស្រលាញ់ភាសាខ្មែរ").size() > 1);
    CHECK(tokens("ຂ້ອຍຮັກພາສາລາວ").size() > 1);
    CHECK(tokens("မြန်မာနိုင်ငံတွင်နေသည်").size() > 1);
    CHECK(tokens("한국어 문장") == Words{"한국어", "문장"});
}

TEST_CASE("folding is NFKC casefold") {
    CHECK(tokens("Straße STRASSE") == Words{"strasse", "strasse"});
    CHECK(tokens("ﬁnden ＡＢＣ１２ ｶﾞ") == Words{"finden", "abc12", "ガ"});
    CHECK(tokens("co\u00adoperate") == Words{"cooperate"});
    CHECK(tokens("İstanbul ISTANBUL") == Words{"istanbul", "istanbul"});
    CHECK(tokens("ΣΊΣΥΦΟΣ Москва") == Words{"σίσυφοσ", "москва"});
    CHECK(tokens("ｓｎａｋｅ＿ｃａｓｅ ｆｏｏ．ｂａｒ") == Words{"snake", "case", "foo", "bar"});
}

TEST_CASE("symbols and emoji are no words") {
    CHECK(tokens("👍🏽 ❤️ 🇩🇪 → € … “”").empty());
    CHECK(tokens("well👍done") == Words{"well", "done"});
}

TEST_CASE("a range of the source belongs to each word") {
    const std::string text = "Café, \u201cnaïve\u201d: don\u2019t snake_ＣＡＳＥ\n3.14";
    TokenList list;
    Tokenizer().tokenize(text, list);
    Words sources;
    for (std::size_t i = 0; i < list.size(); ++i)
        sources.push_back(text.substr(list.source(i).begin, list.source(i).end - list.source(i).begin));

    CHECK(sources == Words{"Café", "naïve", "don\u2019t", "snake", "ＣＡＳＥ", "3.14"});
    CHECK(words(list) == Words{"café", "naïve", "don't", "snake", "case", "3.14"});
}

TEST_CASE("the source of a word, tokenized alone, is that word") {
    const Philox random(7, 1);
    std::uint64_t at = 0;
    TokenList list, alone;
    Tokenizer tokenizer;
    for (int round = 0; round < 300; ++round) {
        const std::string text = random_text(random, at, 40, 54);
        tokenizer.tokenize(text, list);
        for (std::size_t i = 0; i < list.size(); ++i) {
            const ByteRange source = list.source(i);
            REQUIRE(source.begin < source.end);
            REQUIRE(source.end <= text.size());
            tokenizer.tokenize(std::string_view(text).substr(source.begin, source.end - source.begin), alone);
            REQUIRE(alone.size() == 1);
            CHECK(alone[0] == list[i]);
        }
    }
}

TEST_CASE("the short way for ASCII gives what ICU gives") {
    const Philox random(7, 2);
    std::uint64_t at = 0;
    Tokenizer fast(true), slow(false);
    TokenList fast_words, slow_words;
    for (int round = 0; round < 20000; ++round) {
        // A third each: ASCII only, everything, ASCII with a few others.
        const std::uint64_t kinds = round % 3 == 0 ? 40 : all_pieces.size();
        std::string text = random_text(random, at, 1 + round % 24, kinds);
        if (round % 3 == 2) text = random_text(random, at, 20, 40) + text + random_text(random, at, 20, 40);
        fast.tokenize(text, fast_words);
        slow.tokenize(text, slow_words);

        CAPTURE(text);
        REQUIRE(words(fast_words) == words(slow_words));
        for (std::size_t i = 0; i < fast_words.size(); ++i) REQUIRE(fast_words.source(i) == slow_words.source(i));
        REQUIRE(fast.report().invalid_sequences == slow.report().invalid_sequences);
    }
}

TEST_CASE("where text is cut in chunks and parts does not show") {
    const Philox random(7, 3);
    std::uint64_t at = 0;
    std::string text;
    std::vector<std::string> expected;
    while (text.size() < 2'500'000) {
        const std::string paragraph = random_text(random, at, 200, 70) + "\n";
        for (auto& word : tokens(paragraph)) expected.push_back(word);
        text += paragraph;
    }

    CHECK(tokens(text) == expected);
}

TEST_CASE("long text in Chinese without an ASCII character is cut between sentences") {
    std::string text;
    Words expected;
    const Words sentence = tokens("我爱北京。");
    while (text.size() < 200'000) {
        text += "我爱北京。";
        expected.insert(expected.end(), sentence.begin(), sentence.end());
    }

    CHECK(tokens(text) == expected);
}

TEST_CASE("invalid UTF-8 is replaced by maximal subparts and counted") {
    Tokenizer tokenizer;
    TokenList list;
    tokenizer.tokenize(
        "ab\xff"
        "cd \xe2\x82 e\xed\xa0\x80"
        "f \xf0\x9f\x98 \xc0\xaf",
        list);

    CHECK(words(list) == Words{"ab", "cd", "e", "f"});
    CHECK(tokenizer.report().invalid_sequences == 1 + 1 + 3 + 1 + 2);
}

TEST_CASE("NUL bytes are separators") {
    CHECK(tokens(std::string_view("a\0b\0\0c", 6)) == Words{"a", "b", "c"});
}

TEST_CASE("words of more than 256 bytes are left out and counted") {
    for (const bool ascii_path : {true, false}) {
        Tokenizer tokenizer(ascii_path);
        TokenList list;
        tokenizer.tokenize("x " + std::string(256, 'a') + " " + std::string(257, 'b') + " y", list);

        CHECK(words(list) == Words{"x", std::string(256, 'a'), "y"});
        CHECK(tokenizer.report().overlong_words == 1);
    }
}

TEST_CASE("20 MB without a space take bounded time and memory") {
    for (const std::string_view piece : {"a", "é", "ก", "a.", "\u0301", "\xff", "我", "é'"}) {
        const std::size_t size = piece == "a" || piece == "a." ? 20'000'000 : 2'000'000;
        std::string text;
        while (text.size() < size) text += piece;
        text += " end";
        Tokenizer tokenizer;
        TokenList list;
        std::size_t most = 0;
        std::string last;
        for (std::size_t from = 0; from < text.size();) {
            list.clear();
            from = tokenizer.tokenize_part(text, from, list);
            most = std::max(most, list.size());
            if (!list.empty()) last = list[list.size() - 1];
        }

        CAPTURE(piece);
        CHECK(last == "end");
        if (piece == "a" || piece == "é" || piece == "é'") CHECK(tokenizer.report().overlong_words == 1);
        if (piece != "a.") CHECK(most < 1'100'000);
    }
}
