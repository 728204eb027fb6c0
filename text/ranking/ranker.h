#pragma once

#include <optional>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "engine/neighbors/inverted_file.h"
#include "engine/support/top_k.h"
#include "text/ranking/bm25.h"
#include "text/ranking/code_space.h"
#include "text/ranking/document_set.h"
#include "text/ranking/latent_space.h"
#include "text/ranking/search_mode.h"

namespace eckart::text {

/// Scores of all documents for one query, with what is needed to explain them.
///
/// The hybrid score of document d is
///
///     (1 - w) lexical_d / max lexical  +  w latent_d / max latent
///     w = latent weight of the index x coverage / (1 + (t / .35)^4)
///
/// The coverage is the share of the query's squared idf that belongs to terms of the latent vocabulary: a query of
/// words that the latent space has never seen is answered by words. t says how much the first document by words stands
/// out: the share of the query's idf that its terms have, times how far it is ahead of the tenth (1 - the tenth's score
/// / its). A query that one document answers word for word looks for that document, not for what it is about.
///
/// The latent part is taken twice: the documents that lead after the first time move the query towards their mean, by
/// 2 w (Rocchio's feedback, without judgements).
struct Scores {
    std::vector<float> values;  ///< of each document; -infinity for those that the mode has nothing to say about
    std::vector<Scored<float>> leading = {};  ///< in place of `values`, where the best documents alone are wanted
    double latent_weight = 0;                 ///< w of this query; 0 in lexical mode, 1 in latent and autoencoder mode
    double lexical_scale = 0;                 ///< what a BM25 score is multiplied with to enter the score
    double latent_scale = 0;                  ///< what a cosine is multiplied with to enter the score
    Eigen::VectorXf query;     ///< unit vector of the query in the space of the mode; empty if it has none
    Eigen::VectorXf feedback;  ///< what feedback added to it; empty if nothing
};

/// An index as the rankings see it; borrows all that it looks at.
struct Ranker {
    Bm25View lexical;
    std::optional<LatentView> latent;   ///< nothing: the collection has no latent space
    double latent_weight = 0;           ///< the index's own; see Blend
    std::optional<CodeView> code = {};  ///< nothing: the index was not encoded

    std::int64_t documents() const { return lexical.postings.cols; }
};

/// How the documents near in meaning are found where not all vectors are read. The latent part is then computed for
/// candidates only: the `candidates` documents that the inverted file finds nearest, and in hybrid mode as many of the
/// best by words. Their scores are those that the exact search gives them, up to the scales, which follow from the
/// largest cosine found; all other documents have none.
struct LatentCandidates {
    InvertedFileView file;
    std::int64_t probes = 16;  ///< cells looked into for ten documents; more where more rows are needed
    std::size_t candidates = 1000;
};

/// What is looked for, as both views see it.
struct RankedQuery {
    WeightedTerms terms;
    FoldedQuery folded;         ///< empty if there is no latent space, or no term of it
    Eigen::VectorXf code = {};  ///< empty if the index was not encoded, or knows no term of the query
};

/// The query of these terms.
RankedQuery ranked_query(const Ranker& ranker, WeightedTerms terms);

/// Scores all documents, or those that `candidates` finds. `latent_weight` overrides w. Without candidates, no query
/// that has a term is left without a score for some document, except in latent and autoencoder mode where none of its
/// terms is in the latent vocabulary. The codes of all documents are read in autoencoder mode, whatever `candidates`
/// says; throws UsageError where there are none.
///
/// With `allowed`, a set of all documents, the others have no score, and maxima, feedback and weights are those of a
/// ranking of the allowed ones alone. Their vectors are then all read, whatever `candidates` says.
Scores score_documents(const Ranker& ranker, const RankedQuery& query, Mode mode,
                       std::optional<double> latent_weight = {}, const LatentCandidates* candidates = nullptr,
                       const DocumentSet* allowed = nullptr);

/// The `count` documents with the highest of these scores, best first, ties by row: the same documents and bytes,
/// without most of the work. `leading` has them, and `values` is empty.
Scores leading_documents(const Ranker& ranker, const RankedQuery& query, Mode mode, std::size_t count,
                         std::optional<double> latent_weight = {}, const LatentCandidates* candidates = nullptr,
                         const DocumentSet* allowed = nullptr);

}  // namespace eckart::text
