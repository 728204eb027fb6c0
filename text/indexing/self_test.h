#pragma once

#include <cstdint>
#include <vector>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/support/progress.h"
#include "text/ranking/blend.h"
#include "text/ranking/ranker.h"

namespace eckart::text {

/// A document cut in two: every other piece of twelve words on either side, so that both halves speak of all that it
/// speaks of. A passage of one half asks for the other half.
struct SplitDocument {
    std::int32_t row = 0;       ///< of the document
    WeightedTerms passage;      ///< counts of the terms of a few words in a row of one half
    WeightedTerms rest;         ///< counts of the terms of the other half, by rising term
    float rest_saturation = 0;  ///< K of BM25 for a document as long as the other half
};

inline constexpr std::int64_t self_test_documents = 400;  ///< cut in two, at most; each gives two trials
inline constexpr std::int64_t self_test_piece = 12;       ///< words
inline constexpr std::int64_t self_test_passage = 6;      ///< words, at most, and 1 at least: as people ask
inline constexpr float self_test_least_terms = 20;        ///< of a document that takes part
inline constexpr double self_test_even_ratio = 1.2;       ///< of bits: where both parts weigh the same
inline constexpr double self_test_power = 8;              ///< how fast the weight follows the ratio

/// The matrix behind a latent space, as the self-test needs it; borrows.
struct LatentMatrix {
    CsrView weighted;             ///< X, documents x latent terms
    CsrView weighted_transposed;  ///< X'
    Eigen::VectorXd singular_values;
};

/// A passage in the space that never saw its document, and the score of the half that it asks for.
struct Question {
    Eigen::VectorXf query;  ///< what a unit vector has within V; empty if the passage or the half has no latent term
    double target = 0;      ///< cosine of the two
};

/// The passage and the half of `trial` folded into the space of X without its row.
///
/// What the latent space learned from the whole document would give it away, so that is taken out: X without row x is
/// X'X - x x', whose leading eigenvectors are those of X within the span of V and x but for one direction u, the last
/// eigenvector of diag(s^2, c) - z z' there (z: x in that basis). Removing u from query and documents is a fold of both
/// in the space that never saw x, at the price of one small eigenproblem instead of an SVD.
Question question_without_document(const LatentView& latent, const LatentMatrix& matrix, const SplitDocument& trial);

/// The latent weight for the bits that each part is from the top; see self_tested_blend.
double latent_weight(double lexical_bits, double latent_bits);

/// Finds the weight between the two parts of a collection without anybody's judgements: the half that a passage asks
/// for is ranked among all other documents, once by words and once in the latent space, and the better a part ranks,
/// the more it weighs. Ranks on the first page count as nearly equal:
///
///     bits = mean log2((rank + 10) / 11),   r = (bits by words + .01) / (bits in the latent space + .01)
///     weight = 1 / (1 + (1.2 / r)^8)
///
/// The constants 1.2 and 8 were chosen together with HybridOptions, on the collections of tools/bench/blend.
///
/// Fewer than ten usable trials: weight .5.
Blend self_tested_blend(const Ranker& ranker, const LatentMatrix& matrix, const std::vector<SplitDocument>& trials,
                        const Progress& progress);

}  // namespace eckart::text
