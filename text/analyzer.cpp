#include "text/analyzer.h"

#include <algorithm>

namespace eckart::text {

LanguageChoice::LanguageChoice(std::string_view option)
    : detected_(option == "auto"), fixed_(detected_ || option == "none" ? Language() : Language(option)) {}

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
