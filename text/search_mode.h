#pragma once

#include <string_view>

namespace eckart::text {

/// The two ranked views of an index, and their blend.
enum class Mode {
    lexical,  ///< BM25 over all terms
    latent,   ///< cosine in the space of the truncated SVD (latent semantic indexing)
    hybrid    ///< both, with the weight that the index found for itself
};

/// "lexical", "latent" or "hybrid".
std::string_view name(Mode mode);

/// The mode of that name. Throws UsageError on any other word.
Mode parse_mode(std::string_view name);

}  // namespace eckart::text
