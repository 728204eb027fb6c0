#include "text/words/language.h"

#include <cld2/public/compact_lang_det.h>
#include <cld2/public/encodings.h>

#include <algorithm>
#include <array>
#include <bitset>
#include <cstdint>

#include "engine/support/error.h"
#include "text/words/unicode.h"

namespace eckart::text {
namespace {

bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

/// Words that are frequent in English and not words of its neighbors.
constexpr std::array<std::string_view, 63> english_words = {
    "about", "after", "and",  "any",   "are",   "because", "been",  "before", "being", "but",    "by",
    "can",   "could", "does", "each",  "every", "first",   "from",  "had",    "has",   "have",   "he",
    "how",   "if",    "into", "it",    "its",   "just",    "like",  "many",   "more",  "most",   "much",
    "my",    "not",   "of",   "only",  "other", "our",     "out",   "people", "she",   "should", "some",
    "than",  "that",  "the",  "their", "them",  "there",   "these", "they",   "this",  "those",  "what",
    "when",  "which", "who",  "with",  "would", "you",     "your",  "yours"};

/// Eight bytes in one number, the first lowest; words are padded with zeros.
std::uint64_t packed(std::string_view word) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < word.size(); ++i) bits |= std::uint64_t{static_cast<unsigned char>(word[i])} << (8 * i);
    return bits;
}

/// The English words by hash of their packed bytes.
class EnglishWords {
  public:
    EnglishWords() {
        for (std::size_t i = 0; i < english_words.size(); ++i) {
            std::size_t slot = slot_of(packed(english_words[i]));
            while (keys_[slot] != 0) slot = (slot + 1) % keys_.size();
            keys_[slot] = packed(english_words[i]);
            numbers_[slot] = static_cast<std::uint8_t>(i);
        }
    }

    /// The number of the word, or -1.
    int find(std::uint64_t key) const {
        for (std::size_t slot = slot_of(key); keys_[slot] != 0; slot = (slot + 1) % keys_.size())
            if (keys_[slot] == key) return numbers_[slot];
        return -1;
    }

  private:
    static std::size_t slot_of(std::uint64_t key) { return (key * 0x9E3779B97F4A7C15U) >> 55; }

    std::array<std::uint64_t, 512> keys_{};
    std::array<std::uint8_t, 512> numbers_{};
};

/// Whether the function words at the beginning of `sample` show that it is English.
bool is_plainly_english(std::string_view sample) {
    static const EnglishWords english;
    std::size_t words = 0, hits = 0, beyond_ascii = 0;
    std::bitset<english_words.size()> met;
    for (std::size_t i = 0; i < sample.size();) {
        std::uint64_t key = 0;
        const std::size_t begin = i;
        for (; i < sample.size(); ++i) {
            const char lower = static_cast<char>(sample[i] | 0x20);
            if (!is_lower(lower)) break;
            if (i - begin < 8) key |= std::uint64_t{static_cast<unsigned char>(lower)} << (8 * (i - begin));
        }
        if (i == begin) {
            beyond_ascii += static_cast<unsigned char>(sample[i++]) >= 0x80;
            continue;
        }
        ++words;
        const int number = i - begin <= 8 ? english.find(key) : -1;
        if (number < 0) continue;
        ++hits;
        met.set(static_cast<std::size_t>(number));
        if (words >= 20 && hits >= 8 && 12 * hits >= words && met.count() >= 4 && 50 * beyond_ascii <= i) return true;
    }
    return false;
}

/// What the detector calls it in ISO 639; none for what is not a language.
Language language_of_detector(CLD2::Language found) {
    const std::string_view code = CLD2::LanguageCode(found);
    if (code == "iw") return Language("he");
    if (code == "jw") return Language("jv");
    if (code == "nn" || code == "nb") return Language("no");
    const std::string_view base = code.substr(0, code.find('-'));
    const bool named = (base.size() == 2 || base.size() == 3) && std::all_of(base.begin(), base.end(), is_lower);
    return named && base != "un" && base != "xx" && base != "xxx" ? Language(base) : Language();
}

std::string_view sample_of(std::string_view text) {
    return text.substr(0, character_boundary(text, language_sample));
}

constexpr std::size_t least_sure_bytes = 100;

/// Whether a text can be told from so little: it is of letters beyond the Latin, Greek left in, for the most part.
bool is_of_other_script(std::string_view text) {
    std::size_t latin = 0, others = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        latin += is_lower(static_cast<char>(c | 0x20)) || (byte >= 0xC2 && byte < 0xCD) ? 1 : 0;
        others += byte >= 0xCD ? 1 : 0;
    }
    return others > latin;
}

/// What the detector says of `sample`. It needs well-formed UTF-8, and control characters mislead it.
Detection ask_detector(std::string_view sample) {
    std::string text = valid_utf8(sample);
    std::replace_if(
        text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < ' '; }, ' ');
    std::array<CLD2::Language, 3> top;
    std::array<int, 3> percent;
    std::array<double, 3> score;
    int text_bytes = 0;
    bool reliable = false;
    const CLD2::CLDHints hints = {nullptr, nullptr, CLD2::UNKNOWN_ENCODING, CLD2::UNKNOWN_LANGUAGE};
    const CLD2::Language found =
        CLD2::ExtDetectLanguageSummary(text.data(), static_cast<int>(text.size()), true, &hints, 0, top.data(),
                                       percent.data(), score.data(), nullptr, &text_bytes, &reliable);
    const Language language = reliable ? language_of_detector(found) : Language();
    const bool long_enough = text_bytes >= static_cast<int>(least_sure_bytes) || is_of_other_script(text);
    return {language, !language.empty() && long_enough};
}

}  // namespace

Language::Language(std::string_view code) {
    const bool fits = code.empty() || code.size() == 2 || code.size() == 3;
    if (!fits || !std::all_of(code.begin(), code.end(), is_lower))
        throw UsageError("'" + std::string(code) + "' is not a language; use a code of ISO 639 such as en");
    std::copy(code.begin(), code.end(), code_.begin());
}

Language detect_language(std::string_view text) {
    return detect_with_doubt(text).language;
}

Detection detect_with_doubt(std::string_view text) {
    const std::string_view sample = sample_of(text);
    return is_plainly_english(sample) ? Detection{Language("en"), true} : ask_detector(sample);
}

Language detect_language_thoroughly(std::string_view text) {
    return ask_detector(sample_of(text)).language;
}

std::vector<Language> detectable_languages() {
    std::vector<Language> languages;
    for (int number = 0; number < CLD2::NUM_LANGUAGES; ++number) {
        const Language language = language_of_detector(static_cast<CLD2::Language>(number));
        if (!language.empty()) languages.push_back(language);
    }
    std::sort(languages.begin(), languages.end());
    languages.erase(std::unique(languages.begin(), languages.end()), languages.end());
    return languages;
}

}  // namespace eckart::text
