#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "text/ranking/bm25.h"

namespace eckart::text {

/// Rising rows of documents, and how often something is in each.
struct Occurrences {
    std::vector<std::int32_t> documents;
    std::vector<float> counts;
};

/// The same; borrows.
struct OccurrencesView {
    std::span<const std::int32_t> documents;
    std::span<const float> counts;
};

/// A word of a query as the lexical part sees it: all its forms in all languages of the index, as one term with joint
/// statistics, and its form as it was written, which counts more.
struct JointTerm {
    std::string word;        ///< its form in the query
    float weight = 1;        ///< of the word in the query: how often it is there, or its boost
    std::int32_t term = -1;  ///< the term that has all its occurrences; -1: they are in `joined`
    Occurrences joined;      ///< of several terms, or of forms that are no term
    Occurrences written;     ///< those of its form alone; empty if all are of its form, or none
    WeightedTerms terms;     ///< what stands for it in the latent space: terms with weights that add up to `weight`
};

/// The share of a word's score that only its form as it was written gives, where the word has others too. By words,
/// over MED, CISI, Cranfield, SciFact, TIME and LISA, the mean MAP with 0, .05 and .1 is .4900, .4908 and .4925, the
/// mean MRR .7600, .7590 and .7583; the order is the same with any one of them left out but for CISI, without which MRR
/// is even.
inline constexpr double written_share = 0.05;

/// The documents of the word and how often it is in each, in any form.
OccurrencesView occurrences(const Bm25View& view, const JointTerm& word);

/// As for a term, with df of the documents that have the word in any form.
double bm25_idf(const Bm25View& view, const JointTerm& word);

/// What the word gives to one document: idf x weight x ((1 - s) w(tf) + s w(tf as written)), with w as in
/// `bm25_term_weight` and s the written_share, or 0 if `written` is empty.
double bm25_contribution(const Bm25View& view, const JointTerm& word, std::int32_t document);

/// A list that gives factor x `bm25_term_weight` to the score of each document in it.
struct WeighedOccurrences {
    OccurrencesView list;
    float factor = 0;
    std::optional<std::size_t> first_posting = {};  ///< where the list begins, if it is a part of the postings
};

/// The lists that give a word's contributions: those of all its forms, and of its form as it was written.
std::array<WeighedOccurrences, 2> weighed_occurrences(const Bm25View& view, const JointTerm& word);

/// The BM25 score of one document.
double bm25_score(const Bm25View& view, std::span<const JointTerm> words, std::int32_t document);

/// scores[d] += what the words give to d. Throws DamagedError if a posting points outside `scores`.
void add_bm25_scores(const Bm25View& view, std::span<const JointTerm> words, std::span<float> scores);

}  // namespace eckart::text
