#pragma once

#include <string>
#include <string_view>

#include "text/query/query_words.h"

namespace eckart::text {

/// Why the latent space does not hold `word`, which a query of it alone reads as `query`: a sentence that begins with
/// the word. For a word that it does hold the answer means nothing.
std::string why_not_latent(const OpenIndex& open, std::string_view word, const QueryWords& query);

}  // namespace eckart::text
