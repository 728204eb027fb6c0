#include "text/words/analyzer.h"

#include <algorithm>
#include <string>

#include "engine/support/error.h"
#include "text/words/stemmer.h"
#include "text/words/stop_words.h"

namespace eckart::text {
namespace {

/// Whether words of the language are stemmed, or some of them left out.
bool has_rules(Language language) {
    return has_stemmer(language) || !stop_words(language).empty();
}

}  // namespace

LanguageChoice::LanguageChoice(std::string_view option)
    : detected_(option == "auto"), fixed_(detected_ || option == "none" ? Language() : Language(option)) {}

void require_known_language(std::string_view option) {
    const LanguageChoice choice(option);
    if (choice.is_detected() || choice.fixed().empty() || has_rules(choice.fixed())) return;
    const std::vector<Language> languages = detectable_languages();
    if (std::binary_search(languages.begin(), languages.end(), choice.fixed())) return;
    std::string with_rules, others;
    for (const Language language : languages) {
        std::string& list = has_rules(language) ? with_rules : others;
        if (!list.empty()) list += ' ';
        list += language.code();
    }
    throw UsageError("'" + std::string(option) +
                     "' is not a known language; use auto, none, a language with stemming (" + with_rules +
                     ") or another one (" + others + ")");
}

void Analyzer::analyze(std::string_view text, Language language, TokenList& terms) {
    terms.clear();
    WordNormalizer& rules = normalizer(language);
    for (std::size_t from = 0; from < text.size();) {
        words_.clear();
        from = tokenizer_.tokenize_part(text, from, words_);
        for (std::size_t i = 0; i < words_.size(); ++i) {
            const std::string_view term = rules.term(words_[i]);
            if (!term.empty()) terms.append(term, words_.source(i));
        }
    }
}

WordNormalizer& Analyzer::normalizer(Language language) {
    const auto found = std::find_if(normalizers_.begin(), normalizers_.end(),
                                    [language](const WordNormalizer& each) { return each.language() == language; });
    return found != normalizers_.end() ? *found : normalizers_.emplace_back(language);
}

}  // namespace eckart::text
