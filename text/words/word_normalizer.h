#pragma once

#include <string>
#include <string_view>

#include "text/words/language.h"
#include "text/words/stemmer.h"

namespace eckart::text {

/// The word behind an elision of any language that has them: "école" of "l'école"; empty if there is none. Whatever
/// language a text is taken for, both are words of it.
std::string_view after_elision(std::string_view word);

/// Turns words of one language, as Tokenizer gives them, into terms: a French, Italian or Catalan article or pronoun
/// before an apostrophe is dropped, a stop word gives none, of every other word the stem is the term, without optional
/// marks (`marks.h`). Single letters and digits are terms like others unless they are stop words. Without a language a
/// word is its own stem. One object a thread.
class WordNormalizer {
  public:
    explicit WordNormalizer(Language language);

    Language language() const { return language_; }

    /// The term of `word`; empty for a stop word. The view holds until the next call, and while `word` does.
    std::string_view term(std::string_view word);

  private:
    Language language_;
    Stemmer stemmer_;
    std::string bare_;
};

}  // namespace eckart::text
