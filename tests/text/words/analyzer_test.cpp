#include "text/words/analyzer.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "text/words/stop_words.h"

using namespace eckart::text;

namespace {

using Terms = std::vector<std::string>;

Terms terms(std::string_view text, const char* language) {
    Analyzer analyzer;
    TokenList list;
    analyzer.analyze(text, Language(language), list);
    Terms result;
    for (std::size_t i = 0; i < list.size(); ++i) result.emplace_back(list[i]);
    return result;
}

}  // namespace

TEST_CASE("English words are stemmed and function words left out") {
    CHECK(terms("The runners weren't running; the boat's sails don\u2019t fit.", "en") ==
          Terms{"runner", "run", "boat", "sail", "fit"});
}

TEST_CASE("letters and digits alone are terms, stop words are not") {
    CHECK(terms("vitamin C, plan B, 7 a I", "en") == Terms{"vitamin", "c", "plan", "b", "7"});
}

TEST_CASE("each language has its own rules") {
    CHECK(terms("Die Häuser der Straße", "de") == Terms{"haus", "strass"});
    CHECK(terms("l'homme qu\u2019il aime", "fr") == Terms{"homm", "aim"});
    CHECK(terms("dell'acqua", "it") == terms("acqua", "it"));
    CHECK(terms("Barcelona és l'estrella", "ca").back() == terms("estrella", "ca").back());
    CHECK(terms("книги о книгах", "ru") == Terms{"книг", "книг"});
    CHECK(terms("हिन्दी", "th") == Terms{"हिन्दी"});
}

TEST_CASE("without a language words are terms") {
    CHECK(terms("The Runners' sails", "") == Terms{"the", "runners", "sails"});
}

TEST_CASE("terms carry the bytes that they came from") {
    Analyzer analyzer;
    TokenList list;
    analyzer.analyze("the Sails of Zürich", Language("en"), list);

    REQUIRE(list.size() == 2);
    CHECK(list.source(0) == ByteRange{4, 9});
    CHECK(list.source(1) == ByteRange{13, 20});
}

TEST_CASE("stop words are sorted, folded, single words") {
    Tokenizer tokenizer;
    TokenList list;
    for (const char* code : {"da", "de", "en", "es", "fi", "fr", "it", "nl", "no", "pt", "ru", "sv"}) {
        const auto words = stop_words(Language(code));
        CHECK(words.size() >= 100);
        CHECK(std::adjacent_find(words.begin(), words.end(), std::greater_equal<>()) == words.end());
        for (const std::string_view word : words) {
            tokenizer.tokenize(word, list);
            CAPTURE(word);
            REQUIRE(list.size() == 1);
            CHECK(list[0] == word);
            CHECK(is_stop_word(word, Language(code)));
        }
        CHECK(has_stemmer(Language(code)));
    }
    CHECK(stop_words(Language("th")).empty());
    CHECK_FALSE(is_stop_word("boat", Language("en")));
}

TEST_CASE("the language option is auto, none or a code") {
    CHECK(LanguageChoice("auto").is_detected());
    CHECK_FALSE(LanguageChoice("none").is_detected());
    CHECK(LanguageChoice("none").fixed().empty());
    CHECK(LanguageChoice("de").fixed() == Language("de"));
    CHECK_THROWS_AS(LanguageChoice("English"), eckart::UsageError);
}
