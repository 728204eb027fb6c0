#include "text/words/word_normalizer.h"

#include <algorithm>
#include <array>
#include <initializer_list>

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

bool is_prefix(std::string_view word, std::string_view code) {
    const auto holds = [word](const auto& list) { return std::find(list.begin(), list.end(), word) != list.end(); };
    if (code == "fr") return holds(french_prefixes);
    if (code == "it") return holds(italian_prefixes);
    return code == "ca" && holds(catalan_prefixes);
}

/// What stands behind the apostrophe of an elision in one of these languages; empty if there is none.
std::string_view elided(std::string_view word, std::initializer_list<std::string_view> codes) {
    const std::size_t apostrophe = word.find('\'');
    if (apostrophe == std::string_view::npos) return {};
    const auto is_elision = [&](std::string_view code) { return is_prefix(word.substr(0, apostrophe), code); };
    return std::any_of(codes.begin(), codes.end(), is_elision) ? word.substr(apostrophe + 1) : std::string_view();
}

}  // namespace

std::string_view after_elision(std::string_view word) {
    return elided(word, {"fr", "it", "ca"});
}

WordNormalizer::WordNormalizer(Language language) : language_(language), stemmer_(language) {}

std::string_view WordNormalizer::term(std::string_view word) {
    if (language_.empty()) return bare_form(word, bare_);
    const std::string_view behind = elided(word, {language_.code()});
    const std::string_view own = behind.empty() ? word : behind;
    return is_stop_word(own, language_) ? std::string_view() : bare_form(stemmer_.stem(own), bare_);
}

}  // namespace eckart::text
