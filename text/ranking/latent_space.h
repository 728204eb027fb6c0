#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include <Eigen/Core>

#include "engine/matrix/dense.h"
#include "engine/neighbors/scan_codes.h"
#include "text/ranking/bm25.h"
#include "text/terms/weighting.h"

namespace eckart::text {

/// The ranked view of an index by meaning: the truncated SVD X = U S V' of the weighted matrix (documents x latent
/// terms), cut to its leading `rank` dimensions; borrows all that it looks at.
struct LatentView {
    Weighting weighting;
    std::span<const std::int32_t> latent_rows;  ///< row of V for each term of the vocabulary, or -1
    std::span<const float> global_weights;      ///< of each row of V
    ConstMatrixMap term_vectors;                ///< V, latent terms x k
    ConstMatrixMap document_vectors;            ///< X V, documents x k
    std::span<const float> document_lengths;    ///< |row of document_vectors|, over the dimensions in use
    std::int64_t rank = 0;                      ///< dimensions in use, <= k
    std::optional<ScanCodesView> codes = {};    ///< of document_vectors, if there are any
};

/// A query in the latent space.
struct FoldedQuery {
    Eigen::VectorXf vector;  ///< V' q / |q|, `rank` entries
    double share = 0;        ///< |V' q| / |q| in [0, 1]: how much of the query lies in the space
    bool empty = true;       ///< no term of the query is in the latent vocabulary
};

/// Weight with which a term that counts `count` in a query enters its vector; `row` is the term's row of V.
double folded_weight(const LatentView& view, std::int32_t row, float count);

/// V' q for the weighted query q made unit length. The global weight enters squared: once as in a document, and once
/// more because the rarer of a query's words say more of what is asked.
FoldedQuery fold_in(const LatentView& view, const WeightedTerms& query);

/// scores[d] = cosine of the query and document d in the latent space; 0 for a document that the space does not know.
/// Reads documents x rank floats, which is what bounds its speed.
void latent_scores(const LatentView& view, const Eigen::VectorXf& query, std::span<float> scores);

/// The same for some documents; other scores are left as they are.
void latent_scores(const LatentView& view, const Eigen::VectorXf& query, std::span<const std::int32_t> documents,
                   std::span<float> scores);

/// scores[d] = cosine of the query (of any length) and row d of `vectors`, whose first numbers are compared, as many as
/// the query has; `lengths` are theirs, and 0 gives a score of 0.
void cosine_scores(const ConstMatrixMap& vectors, std::span<const float> lengths, const Eigen::VectorXf& query,
                   std::span<float> scores);

/// The query made unit length; zero if it is zero.
Eigen::VectorXf unit_query(const Eigen::VectorXf& query);

/// Cosine of a query of unit length and one document; 0 for a document that the space does not know.
float unit_cosine(const LatentView& view, const Eigen::VectorXf& unit_query, std::int64_t document);

/// Cosine of the query and one document.
double latent_score(const LatentView& view, const Eigen::VectorXf& query, std::int64_t document);

}  // namespace eckart::text
