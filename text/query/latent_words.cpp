#include "text/query/latent_words.h"

#include "text/store/open_index.h"

namespace eckart::text {

std::string why_not_latent(const OpenIndex& open, std::string_view word, Language language) {
    const std::string quoted = "'" + std::string(word) + "'";
    if (analyzed(word, Language()).empty()) return quoted + " is not a word";
    const TokenList terms = analyzed(word, language);
    if (terms.empty()) return quoted + " is a stop word, and no stop word is a term of the latent space";
    const WeightedTerms known = open.counted(terms);
    if (known.empty()) return quoted + " is in no document of the index";
    const auto term = static_cast<std::size_t>(known.front().first);
    const CsrView postings = open.files().postings();
    const bool alone = postings.row_offsets[term + 1] - postings.row_offsets[term] < 2;
    return quoted + (alone ? " is in one document only, and the latent space holds the words of at least two"
                           : " is in all documents alike, which gives it no weight in the latent space");
}

}  // namespace eckart::text
