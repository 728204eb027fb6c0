#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace eckart::text {

/// A term at one end of a factor.
struct FactorTerm {
    std::string term;   ///< as the vocabulary has it
    std::string word;   ///< as documents at that end spell it
    double weight = 0;  ///< its entry of V, with its sign
};

/// A document at one end of a factor.
struct FactorDocument {
    std::string document;  ///< id
    std::string title;     ///< may be empty
    double weight = 0;     ///< its entry of X V, with its sign: the cosine of its words and the factor
};

/// What lies furthest to one side of a factor, the furthest first.
struct FactorEnd {
    std::vector<FactorTerm> terms;
    std::vector<FactorDocument> documents;
};

/// A factor of the latent space, a dimension of the truncated SVD X = U S V'. Which of its ends is the positive one
/// means nothing; that they are opposite does.
struct FactorCard {
    std::int64_t factor = 0;    ///< its number, from 1, by falling singular value
    double singular_value = 0;  ///< s
    double energy = 0;          ///< s^2 / |X|^2, its share of all that X holds
    FactorEnd positive;
    FactorEnd negative;
};

struct FactorCardOptions {
    std::int64_t factors = 10;  ///< most cards
    std::size_t terms = 6;      ///< most at each end
    std::size_t documents = 3;  ///< most at each end
};

/// The leading factors of the index at `path`. Reads all vectors, and the texts of the documents that it names. Throws
/// as Index::open, UsageError if the index has no latent space or `factors` is below 1.
std::vector<FactorCard> factor_cards(const std::string& path, const FactorCardOptions& options = {});

}  // namespace eckart::text
