#include "text/query/latent_words.h"

#include "text/ranking/joint_term.h"

namespace eckart::text {

std::string why_not_latent(const OpenIndex& open, std::string_view word, const QueryWords& query) {
    const std::string quoted = "'" + std::string(word) + "'";
    if (query.words.empty() && query.unknown.empty()) return quoted + " is not a word";
    if (query.words.empty()) return quoted + " is in no document of the index";
    const JointTerm& known = query.words.front();
    if (known.terms.empty()) return quoted + " is a stop word, and no stop word is a term of the latent space";
    const Bm25View view{.postings = open.files().postings(), .saturation = {}};
    const bool alone = occurrences(view, known).documents.size() < 2;
    return quoted + (alone ? " is in one document only, and the latent space holds the words of at least two"
                           : " is in all documents alike, which gives it no weight in the latent space");
}

}  // namespace eckart::text
