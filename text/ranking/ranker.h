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
#include "text/ranking/joint_term.h"
#include "text/ranking/latent_space.h"
#include "text/ranking/search_mode.h"

namespace eckart::text {

/// How the two parts of the hybrid are joined; see Scores. The defaults were chosen together on the collections of
/// tools/bench/blend, which shows what each collection would choose if it were left out.
struct HybridOptions {
    double steepness = 5;          ///< a: how fast words grow unsure below their best document, > 0
    double word_for_word = 0.85;   ///< share of w that a query loses if one document holds all of it, in [0, 1]
    double feedback = 6;           ///< f: how far leading documents that agree move the query; 0: no feedback
    std::int64_t leading = 10;     ///< documents that give feedback, at most; and a hundredth of the collection
    std::int64_t first_page = 10;  ///< best documents by words in which the query is looked for word for word
};

/// What a BM25 score is worth in the score of a document.
struct LexicalWorth {
    float scale = 0;
    float rate = 0;  ///< 0: scores count as they are, times the scale

    /// scale (e^(rate x score) - 1), which rises with the score; 0 for 0, and for no other score.
    float operator()(float bm25) const;

    /// Of each score, in its place: to the bytes the same for any number of threads.
    void replace(std::span<float> bm25) const;
};

/// (e^(steepness x score / best) - 1) / (e^steepness - 1) times `weight`, which is what the best score is worth.
LexicalWorth lexical_worth(double weight, double best, double steepness);

/// Scores of all documents for one query, with what is needed to explain them.
///
/// The hybrid score of document d is
///
///     (1 - w) g(lexical_d / max lexical)  +  w latent_d / max latent,        g(x) = (e^(a x) - 1) / (e^a - 1)
///
/// A BM25 score adds up logarithms of odds, so its exponential says how sure the words are of a document. Near their
/// best document they are sure, and decide; further down they say next to nothing, and the latent part, whose cosines
/// fall slowly, brings order. So the head of the list leans on words and its tail on meaning, with one w.
///
///     w = latent weight of the index  x  c  x  (1 - .85 h^4)
///
/// The coverage c is the share of the query's squared idf that belongs to terms of the latent vocabulary: a query of
/// words that the latent space has never seen is answered by words. h is the largest share of the query's idf that one
/// document of the first page by words holds: a query that a document answers word for word looks for that document,
/// not for what it is about. What is left orders what the words cannot tell apart.
///
/// The latent part is taken twice: the documents that lead after the first time move the query by
///
///     f w (1 - w) |m| m,        m = sum score_d y_d / sum score_d,  y_d the unit vector of d
///
/// (Rocchio's feedback, without judgements). |m| in [0, 1] says how much they agree, and w (1 - w) that there is
/// something to learn only where both parts have a say.
struct Scores {
    std::vector<float> values;  ///< of each document; -infinity for those that the mode has nothing to say about
    std::vector<Scored<float>> leading = {};  ///< in place of `values`, where the best documents alone are wanted
    double latent_weight = 0;                 ///< w of this query; 0 in lexical mode, 1 in latent and autoencoder mode
    LexicalWorth lexical;                     ///< of a BM25 score
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
    HybridOptions hybrid = {};

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
    std::vector<JointTerm> words;  ///< for the lexical part
    WeightedTerms terms;           ///< for the latent part, by rising number
    FoldedQuery folded;            ///< empty if there is no latent space, or no term of it
    Eigen::VectorXf code = {};     ///< empty if the index was not encoded, or knows no term of the query

    /// Concepts that are taken away: orthonormal columns in the latent space, to which `folded.vector` is orthogonal.
    /// Feedback is made orthogonal to them too, and the lexical score of a document counts by `kept_share`.
    Eigen::MatrixXf removed = {};
};

/// The share of a document's unit vector that lies outside of the concepts that are taken away: 1 - sum (r . d)^2 over
/// the columns r of `removed`; 1 for a document that the latent space does not know.
double kept_share(const LatentView& space, const Eigen::MatrixXf& removed, std::int64_t document);

/// The query of these terms, each a word of its own.
RankedQuery ranked_query(const Ranker& ranker, WeightedTerms terms);

/// The query of these words, of which `terms` are the terms for the latent part.
RankedQuery ranked_query(const Ranker& ranker, std::vector<JointTerm> words, WeightedTerms terms);

/// Scores all documents, or those that `candidates` finds. `latent_weight` overrides w: 0 is lexical mode, 1 is latent
/// mode. Without candidates, no query that has a term is left without a score for some document, except in latent and
/// autoencoder mode where none of its terms is in the latent vocabulary. The codes of all documents are read in
/// autoencoder mode, whatever `candidates` says; throws UsageError where there are none.
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
