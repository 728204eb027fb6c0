#include "text/words/word_normalizer.h"

#include <algorithm>
#include <array>

#include "text/words/marks.h"
#include "text/words/stop_words.h"

namespace eckart::text {
namespace {

using namespace std::string_view_literals;

// What is written together with the next word by an apostrophe.
constexpr std::array french_prefixes = {"c"sv,      "d"sv,      "j"sv,      "jusqu"sv,  "l"sv,
                                        "lorsqu"sv, "m"sv,      "n"sv,      "presqu"sv, "puisqu"sv,
                                        "qu"sv,     "quelqu"sv, "quoiqu"sv, "s"sv,      "t"sv};
constexpr std::array italian_prefixes = {"all"sv,   "c"sv, "coll"sv, "d"sv, "dall"sv, "degl"sv, "dell"sv,
                                         "gl"sv,    "l"sv, "m"sv,    "n"sv, "nell"sv, "null"sv, "quell"sv,
                                         "quest"sv, "s"sv, "sull"sv, "t"sv, "tutt"sv, "un"sv,   "v"sv};
constexpr std::array catalan_prefixes = {"d"sv, "l"sv, "m"sv, "n"sv, "s"sv, "t"sv};

std::string_view without_elision(std::string_view word, Language language) {
    const std::size_t apostrophe = word.find('\'');
    if (apostrophe == std::string_view::npos || apostrophe + 1 == word.size()) return word;
    const std::string_view first = word.substr(0, apostrophe);
    const auto holds = [first](const auto& list) { return std::find(list.begin(), list.end(), first) != list.end(); };
    const std::string_view code = language.code();
    const bool elided = (code == "fr" && holds(french_prefixes)) || (code == "it" && holds(italian_prefixes)) ||
                        (code == "ca" && holds(catalan_prefixes));
    return elided ? word.substr(apostrophe + 1) : word;
}

}  // namespace

WordNormalizer::WordNormalizer(Language language) : language_(language), stemmer_(language) {}

std::string_view WordNormalizer::term(std::string_view word) {
    if (language_.empty()) return bare_form(word, bare_);
    const std::string_view own = without_elision(word, language_);
    return is_stop_word(own, language_) ? std::string_view() : bare_form(stemmer_.stem(own), bare_);
}

}  // namespace eckart::text
