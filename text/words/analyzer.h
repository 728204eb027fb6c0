#pragma once

#include <string_view>
#include <vector>

#include "text/words/language.h"
#include "text/words/tokenizer.h"
#include "text/words/word_normalizer.h"

namespace eckart::text {

/// The "language" option: "auto" (each document's is detected), a code such as "en", or "none" (neither stop words nor
/// stemming).
class LanguageChoice {
  public:
    /// Throws UsageError on anything else.
    explicit LanguageChoice(std::string_view option = "auto");

    bool is_detected() const { return detected_; }

    /// The language in which to analyze everything when it is not detected; none for "none".
    Language fixed() const { return fixed_; }

  private:
    bool detected_;
    Language fixed_;
};

/// Throws UsageError unless `option` is "auto", "none" or the code of a language that is known: one with a stemmer or
/// stop words, or one that detection can tell. The message lists those.
void require_known_language(std::string_view option);

/// Terms of texts and queries, one code for both. Holds scratch space: one object a thread.
class Analyzer {
  public:
    /// Puts the terms of `text`, a text in `language` (none: words as they are), into `terms`, in the order of the
    /// text, each with the bytes of `text` that it came from; stop words are left out. See Tokenizer and
    /// WordNormalizer.
    void analyze(std::string_view text, Language language, TokenList& terms);

    const TokenizerReport& report() const { return tokenizer_.report(); }

  private:
    WordNormalizer& normalizer(Language language);

    Tokenizer tokenizer_;
    TokenList words_;
    std::vector<WordNormalizer> normalizers_;
};

}  // namespace eckart::text
