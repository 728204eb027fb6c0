#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace eckart::text {

class OpenIndex;
struct RankedQuery;
struct Ranker;
struct Scores;

/// What came to a score through one term of the document.
struct ThroughTerm {
    std::string term;  ///< as the vocabulary has it
    std::string word;  ///< as the document spells it
    double latent = 0;
};

/// What one word of the query gave to a document's score.
struct TermContribution {
    std::string term;    ///< as the vocabulary has it; the word where it has several terms
    std::string word;    ///< as the query spells it
    double lexical = 0;  ///< its share of the lexical part of the score
    double latent = 0;   ///< its share of the latent part of the score
    std::vector<ThroughTerm>
        through;  ///< which adds up to `latent`, by falling absolute contribution; see `Explanation`
};

/// What one factor, a dimension of the latent space, gave to a document's score.
struct FactorContribution {
    std::int64_t factor = 0;         ///< its number, from 1, by falling singular value
    double latent = 0;               ///< by the query's terms
    double other = 0;                ///< by what documents are wanted like, and by feedback
    std::vector<std::string> words;  ///< that lead the end of the factor at which the document is
};

/// Why a document has its rank: score = lexical + latent. With
///
///     q, x   the weights of the query's terms and of the document's, x of unit length; a word of the query that has
///            several terms gives what all of them do, and words that share one share what it gives
///     f      what feedback added to the query's unit vector, 0 if nothing
///     c      what a cosine counts in the score, by 1 / |V'q / |V'q| + f|
///
/// the latent part is
///
///     sum over terms t, u of  c q_t (V_t . V_u) x_u / (|V'q| |V'x|)   +   sum over u of  c (f . V_u) x_u / |V'x|
///
/// that is: a term of the query times a term of the document, and feedback times a term of the document; and by factors
/// k the same, (V'q)_k (V'x)_k for the first product. The parts are sums in double precision of what is stored in
/// single precision, and so add up to the score to its roundoff, whose bound explanation_test.cpp has.
///
/// What like: takes away makes every V_t and f orthogonal to it, and counts in the lexical part as the ranker says.
/// Where documents are wanted like something, that something is no term of the query: the first sum then has its
/// direction in the place of V'q, and is the part `likeness`.
///
/// Of a query of many terms, the 64 that give most to the latent part are taken apart by the document's terms.
struct Explanation {
    double score = 0;
    double lexical = 0;                         ///< the lexical part as it enters the score
    double latent = 0;                          ///< the latent part as it enters the score
    double latent_weight = 0;                   ///< the weight between them for this query: 0 all lexical, 1 all latent
    double likeness = 0;                        ///< of the latent part, what documents are wanted like gave
    double feedback = 0;                        ///< of the latent part, what feedback gave
    std::vector<TermContribution> terms;        ///< by falling absolute contribution
    std::vector<ThroughTerm> likeness_through;  ///< which adds up to `likeness`, by falling absolute contribution
    std::vector<ThroughTerm> feedback_through;  ///< which adds up to `feedback`, by falling absolute contribution
    std::vector<FactorContribution> factors;    ///< which add up to `latent`, by falling absolute contribution
};

/// What the explanations of one answer look at; borrows all of it.
struct ExplainedQuery {
    const OpenIndex& open;
    const Ranker& ranker;
    const RankedQuery& query;
    const Scores& scores;
};

/// The explanations of documents by their rows.
std::vector<Explanation> explanations(const ExplainedQuery& query, std::span<const std::int32_t> rows);

}  // namespace eckart::text
