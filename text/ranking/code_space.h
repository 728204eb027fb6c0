#pragma once

#include <span>

#include <Eigen/Core>

#include "engine/autoencoder/autoencoder.h"
#include "engine/matrix/dense.h"
#include "text/ranking/bm25.h"
#include "text/ranking/latent_space.h"

namespace eckart::text {

/// The ranked view of an index by the codes of an autoencoder E that was trained on the rows of the weighted matrix X
/// (documents x latent terms); borrows all that it looks at.
struct CodeView {
    AutoencoderView network;                  ///< E, and the decoder that it was trained with
    ConstMatrixMap document_codes;            ///< E(X), documents x k
    std::span<const float> document_lengths;  ///< |row of document_codes|; 0 for a document without a latent term
};

/// E(q) for the query q, weighted as in the latent space (`folded_weight`); empty if none of its terms is a column of
/// X.
Eigen::VectorXf query_code(const CodeView& view, const LatentView& latent, const WeightedTerms& query);

}  // namespace eckart::text
