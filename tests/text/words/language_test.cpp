#include "text/words/language.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include "engine/support/error.h"

using eckart::text::detect_language;
using eckart::text::detect_language_thoroughly;
using eckart::text::Language;

TEST_CASE("a language is an ISO 639 code or none") {
    CHECK(Language("en").code() == "en");
    CHECK(Language("yue").code() == "yue");
    CHECK(Language().empty());
    CHECK(Language("de") < Language("en"));
    CHECK_THROWS_AS(Language("EN"), eckart::UsageError);
    CHECK_THROWS_AS(Language("english"), eckart::UsageError);
}

TEST_CASE("the language of a paragraph is told") {
    const std::map<std::string, std::string> paragraphs = {
        {"en",
         "The boat that we had bought from them in the spring was not ready, and there were some people at the harbour "
         "who told us that it would never leave."},
        {"de",
         "Das Boot, das wir im Frühling gekauft hatten, war noch nicht fertig, und am Hafen sagten uns die Leute, dass "
         "es niemals auslaufen werde."},
        {"fr",
         "Le bateau que nous avions acheté au printemps n'était pas encore prêt, et les gens du port nous disaient "
         "qu'il "
         "ne partirait jamais."},
        {"ru",
         "Лодка, которую мы купили весной, ещё не была готова, и люди в порту говорили нам, что она никогда не выйдет "
         "в море."},
        {"ja", "春に買った船はまだ準備ができていなくて、港の人々はその船が決して出ないだろうと言いました。"},
        {"th", "เรือที่เราซื้อเมื่อฤดูใบไม้ผลิยังไม่พร้อม และผู้คนที่ท่าเรือบอกเราว่ามันจะไม่มีวันออกจากฝั่ง"}};
    for (const auto& [code, text] : paragraphs) CHECK(detect_language(text).code() == code);
}

TEST_CASE("too little text has no language") {
    CHECK(detect_language("").empty());
    CHECK(detect_language("12 34 !!").empty());
    CHECK(detect_language("\xff\xfe\x01").empty());
}

TEST_CASE("a few English words do not make a German text English") {
    const std::string text =
        "Das Boot, das wir im Frühling gekauft hatten, heißt \"The Wind and the Rain\" und war noch nicht fertig, und "
        "am "
        "Hafen sagten uns die Leute, dass es niemals auslaufen werde, weil das Holz zu alt sei.";
    CHECK(detect_language(text).code() == "de");
}

TEST_CASE("every translation of the Universal Declaration of Human Rights is recognised") {
    const char* data = std::getenv("ECKART_DATA");
    if (data == nullptr || !std::filesystem::is_directory(std::filesystem::path(data) / "text/udhr")) {
        MESSAGE("skipped: ECKART_DATA names no folder with text/udhr");
        return;
    }
    const std::map<std::string, std::string> codes = {
        {"arb", "ar"}, {"ben", "bn"},           {"ces", "cs"}, {"cmn_hans", "zh"}, {"cmn_hant", "zh"},
        {"deu", "de"}, {"ell_monotonic", "el"}, {"eng", "en"}, {"fin", "fi"},      {"fra", "fr"},
        {"heb", "he"}, {"hin", "hi"},           {"hun", "hu"}, {"jpn", "ja"},      {"khm", "km"},
        {"kor", "ko"}, {"lao", "lo"},           {"mya", "my"}, {"pol", "pl"},      {"rus", "ru"},
        {"spa", "es"}, {"tam", "ta"},           {"tha", "th"}, {"tur", "tr"},      {"vie", "vi"}};
    for (const auto& translation : codes) {
        const auto& [name, code] = translation;
        std::ifstream file(std::filesystem::path(data) / "text/udhr" / (name + ".txt"), std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(file), {});
        CAPTURE(translation.first);
        CHECK(detect_language(text).code() == code);
        CHECK(detect_language_thoroughly(text).code() == code);
    }
}
