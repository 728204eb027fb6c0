#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "engine/matrix/csr.h"

namespace eckart::text {

/// The two constants of BM25 (Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009).
struct Bm25Options {
    double k1 = 2.0;  ///< how slowly further occurrences of a term saturate, >= 0
    double b = 0.75;  ///< how much the length of a document counts, in [0, 1]
};

/// A query in terms of the vocabulary: a term and its weight (its count in the query, or what feedback gave it).
using WeightedTerms = std::vector<std::pair<std::int32_t, float>>;

/// The ranked view of an index by words; borrows all that it looks at.
struct Bm25View {
    CsrView postings;                   ///< terms x documents, values tf
    std::span<const float> saturation;  ///< K_d = k1 (1 - b + b |d| / mean |d|) of each document
    double k1 = 2.0;
    std::span<const float> block_maxima = {};  ///< as of `posting_block_maxima`, if there are any
};

/// |d|, in terms, of the average document; 1 if there is none.
double mean_length(std::span<const float> lengths);

/// K_d for a document of that length.
float bm25_saturation(float length, double mean_length, const Bm25Options& options);

/// K_d for each document.
std::vector<float> bm25_saturations(std::span<const float> lengths, const Bm25Options& options);

/// ln(1 + (N - df + .5) / (df + .5)), which is never negative.
double bm25_idf(const Bm25View& view, std::int32_t term);

/// What `tf` occurrences of a term give to a document whose saturation is K, per unit of idf and query weight.
inline float bm25_term_weight(float tf, float saturation, double k1) {
    return tf * (static_cast<float>(k1) + 1) / (tf + saturation);
}

/// What `term`, of weight `weight` in the query, gives to one document.
double bm25_contribution(const Bm25View& view, std::int32_t term, float weight, std::int32_t document);

/// scores[d] += the BM25 score of d for `query`. One pass over the query's postings, which is also where a posting
/// whose bytes have changed is seen: throws DamagedError if it points outside `scores`.
void add_bm25_scores(const Bm25View& view, const WeightedTerms& query, std::span<float> scores);

}  // namespace eckart::text
