#include "text/words/marks.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/support/random.h"
#include "text/terms/marked_forms.h"
#include "text/words/tokenizer.h"

using namespace eckart::text;

namespace {

std::string bare(std::string_view word) {
    std::string buffer;
    return std::string(bare_form(word, buffer));
}

/// The forms of a text, joined by spaces.
std::string forms_of(std::string_view text) {
    Tokenizer tokenizer;
    TokenList words;
    tokenizer.tokenize(text, words);
    std::string joined;
    for (std::size_t i = 0; i < words.size(); ++i) joined += (i > 0 ? " " : "") + std::string(words[i]);
    return joined;
}

}  // namespace

TEST_CASE("bare forms lack the marks that people leave out, in every script") {
    CHECK(bare("word") == "word");
    CHECK(bare("café") == "cafe");
    CHECK(bare("müller") == "muller");
    CHECK(bare("smørrebrød") == "smorrebrod");
    CHECK(bare("ἄνθρωποσ") == "ανθρωποσ");
    CHECK(bare("ещё") == "еще");
    CHECK(bare("за\u0301мок") == "замок");
    CHECK(bare("שָׁלוֹם") == "שלום");
    CHECK(bare("مُحَمَّد") == "محمد");
    CHECK(bare("كتـــاب") == "كتاب");
}

TEST_CASE("what is of a letter stays: short i, hamza, vowel signs that tell words apart") {
    for (const char* word : {"мой", "їжак", "سأل", "हिन्दी", "สวัสดี", "ガ", "한국어"}) {
        CAPTURE(word);
        CHECK(bare(word) == word);
    }
    CHECK(bare("ўсё") == "ўсе");
}

TEST_CASE("a word of nothing but marks is its own bare form") {
    CHECK(bare("\u0640") == "\u0640");
}

TEST_CASE("a bare form has nothing more to lose, whatever follows what") {
    const std::vector<std::string> pieces = {"a",      "é",      "и",      "й",      "і",      "\u0301", "\u0306",
                                             "\u0308", "\u05b8", "\u05e9", "\u05c1", "\u0640", "\u064e", "\u0627",
                                             "\u0654", "ø",      "한",     "が",     "\u093f", "\u0483"};
    const eckart::Philox random(21);
    std::uint64_t draw = 0;
    for (int trial = 0; trial < 5000; ++trial) {
        std::string word;
        for (std::uint64_t left = 1 + random.below(draw++, 6); left > 0; --left)
            word += pieces[random.below(draw++, pieces.size())];
        const std::string once = bare(word);
        CAPTURE(word);
        CHECK(!once.empty());
        CHECK(bare(once) == once);
    }
}

TEST_CASE("apostrophes and quotes inside a word have one sign each") {
    CHECK(forms_of("об'єкт об\u2019єкт об\u02BCєкт об\u2018єкт") == "об'єкт об'єкт об'єкт об'єкт");
    CHECK(forms_of("צה\"ל צה״ל צה\u201Dל") == "צה\"ל צה\"ל צה\"ל");
    CHECK(forms_of("צ'ק צ׳ק") == "צ'ק צ'ק");
    CHECK(forms_of("\u201Cnaïve\u201D \u02BCtis") == "naïve tis");
}

TEST_CASE("digits below and above the line are of the word, but for a footnote's mark") {
    CHECK(forms_of("H₂O H2O C₆H₁₂O₆") == "h2o h2o c6h12o6");
    CHECK(forms_of("x² x2 10 km² 5 m³") == "x2 x2 10 km2 5 m3");
    CHECK(forms_of("price¹ Preis²³ a ²") == "price 1 preis 2 3 a 2");
}

TEST_CASE("the forms of a bare form are found among the marked ones") {
    const std::vector<std::string> words = {"cafe", "caffe", "café", "cáfe", "dafe", "müller", "ö"};
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> offsets = {0};
    for (const std::string& word : words) {
        bytes.insert(bytes.end(), word.begin(), word.end());
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
    const auto forms = Vocabulary::owning(bytes, offsets);
    const std::vector<std::int32_t> marked = marked_forms(forms);
    using Forms = std::vector<std::int32_t>;

    CHECK(marked == Forms{2, 3, 5, 6});
    CHECK(forms_of_bare(forms, marked, "cafe") == Forms{0, 2, 3});
    CHECK(forms_of_bare(forms, marked, "muller") == Forms{5});
    CHECK(forms_of_bare(forms, marked, "dafe") == Forms{4});
    CHECK(forms_of_bare(forms, marked, "o") == Forms{6});
    CHECK(forms_of_bare(forms, marked, "café").empty());
    CHECK(forms_of_bare(forms, marked, "z").empty());
}
