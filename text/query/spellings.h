#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "text/words/token_list.h"

namespace eckart::text {

/// How texts spell the words that terms stand for: "engines" for "engin".
class Spellings {
  public:
    /// Takes the first word of `text` for each of its terms, which are `terms`, unless one is known.
    void add(std::string_view text, const TokenList& terms);

    /// The word in small letters; the term itself if no text had it.
    std::string of(std::string_view term) const;

  private:
    std::unordered_map<std::string, std::string> words_;  ///< by term, as written
};

}  // namespace eckart::text
