#pragma once

#include <span>
#include <string_view>

#include "text/words/language.h"

namespace eckart::text {

/// The function words of `language` that are left out of an index, folded as Tokenizer does, in bytewise order; empty
/// for a language without a list. There are lists for da, de, en, es, fi, fr, it, nl, no, pt, ru and sv.
std::span<const std::string_view> stop_words(Language language);

/// Whether `word`, folded, is one of them.
bool is_stop_word(std::string_view word, Language language);

}  // namespace eckart::text
