#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/matrix/csr.h"
#include "text/terms/weighting.h"

namespace eckart::text {

/// X, of which the latent space of an index is the truncated SVD.
struct WeightedMatrix {
    CsrMatrix matrix;                ///< documents, in the order of their ids, x latent terms
    std::vector<std::string> terms;  ///< of the columns
};

/// Makes X anew from the postings of the index at `path`: X V are the document vectors that the index holds, to
/// roundoff. Throws as Index::open.
WeightedMatrix weighted_matrix(const std::string& path);

/// Makes X of `counts` (documents x terms) in place: keeps the terms whose entry in `latent_rows` is a column of X, -1
/// standing for none, and weights what is left. Latent rows rise with their terms.
void weigh_latent_terms(const Weighting& weighting, std::span<const std::int32_t> latent_rows,
                        std::span<const float> global_weights, CsrMatrix& counts);

}  // namespace eckart::text
