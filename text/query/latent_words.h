#pragma once

#include <string>
#include <string_view>

namespace eckart::text {

class Language;
class OpenIndex;

/// Why the latent space does not hold `word`, a word of a query in `language`: a sentence that begins with the word.
/// For a word that it does hold the answer means nothing.
std::string why_not_latent(const OpenIndex& open, std::string_view word, Language language);

}  // namespace eckart::text
