#pragma once

#include <memory>
#include <string_view>

#include "text/words/language.h"

namespace eckart::text {

/// Cuts words down to their stems with the Snowball algorithm of one language; words of a language without one stay as
/// they are. Holds scratch space: one object a thread.
class Stemmer {
  public:
    explicit Stemmer(Language language);
    Stemmer(Stemmer&&) noexcept;
    Stemmer& operator=(Stemmer&&) noexcept;
    ~Stemmer();

    /// The stem of `word`, folded as Tokenizer does. The view holds until the next call, and while `word` does.
    std::string_view stem(std::string_view word);

  private:
    struct Snowball;
    std::unique_ptr<Snowball> snowball_;
};

/// Whether there is a stemming algorithm for `language`.
bool has_stemmer(Language language);

}  // namespace eckart::text
