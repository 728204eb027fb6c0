#pragma once

#include <string_view>

namespace eckart::text {

/// The ranked views of an index, and the blend of the first two.
enum class Mode {
    lexical,     ///< BM25 over all terms
    latent,      ///< cosine in the space of the truncated SVD (latent semantic indexing)
    hybrid,      ///< both, with the weight that the index found for itself
    autoencoder  ///< cosine of the codes of an autoencoder, for an index that was encoded
};

/// "lexical", "latent", "hybrid" or "autoencoder".
std::string_view name(Mode mode);

/// The mode of that name. Throws UsageError on any other word.
Mode parse_mode(std::string_view name);

}  // namespace eckart::text
