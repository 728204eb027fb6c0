#include "text/query/highlights.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "text/ranking/ranker.h"
#include "text/terms/vocabulary.h"

namespace eckart::text {
namespace {

constexpr double marked_of_others = 0.5;  // of the strongest term that is not the query's: from there on it is marked,
constexpr double marked_of_all = 0.25;    // if it is so much of the strongest of all, too
constexpr double even = 0.01;             // weight of a word near in meaning beside those of the query

/// A different term of the document.
struct SeenTerm {
    double lexical = 0;
    double projection = 0;  ///< what it adds to the cosine, at least 0
};

using SeenTerms = std::unordered_map<std::string_view, SeenTerm>;

/// The share of the query's idf that belongs to each of its terms.
std::unordered_map<std::int32_t, double> idf_shares(const Ranker& ranker, const RankedQuery& query) {
    std::unordered_map<std::int32_t, double> shares;
    double all = 0;
    for (const auto& [term, weight] : query.terms) all += shares[term] = bm25_idf(ranker.lexical, term);
    for (auto& [term, share] : shares) share /= all > 0 ? all : 1;
    return shares;
}

double projection_of(const LatentView& latent, const Eigen::VectorXf& direction, std::int32_t number) {
    const std::int32_t row = latent.latent_rows[static_cast<std::size_t>(number)];
    if (row < 0) return 0;
    const float projection = latent.term_vectors.row(row).head(direction.size()).dot(direction.transpose());
    return std::max(0.0, static_cast<double>(projection * latent.global_weights[static_cast<std::size_t>(row)]));
}

SeenTerms seen_terms(const Ranker& ranker, const RankedQuery& query, const Vocabulary& vocabulary,
                     const TokenList& terms) {
    SeenTerms seen;
    const Eigen::VectorXf direction = query.folded.vector.normalized();
    const bool latent = ranker.latent && !query.folded.empty;
    const auto shares = idf_shares(ranker, query);
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const auto [entry, is_new] = seen.try_emplace(terms[i]);
        const auto number = is_new ? vocabulary.find(terms[i]) : std::nullopt;
        if (!number) continue;
        const auto share = shares.find(*number);
        if (share != shares.end()) entry->second.lexical = share->second;
        if (latent) entry->second.projection = projection_of(*ranker.latent, direction, *number);
    }
    return seen;
}

}  // namespace

std::vector<TermRelevance> term_relevance(const Ranker& ranker, const RankedQuery& query, const Vocabulary& vocabulary,
                                          const TokenList& terms) {
    const SeenTerms seen = seen_terms(ranker, query, vocabulary, terms);
    double of_others = 0, of_all = 0;
    bool has_words = false;
    for (const auto& [term, each] : seen) {
        has_words = has_words || each.lexical > 0;
        of_all = std::max(of_all, each.projection);
        if (!(each.lexical > 0)) of_others = std::max(of_others, each.projection);
    }
    const double mark = std::max(marked_of_others * of_others, marked_of_all * of_all);
    std::vector<TermRelevance> relevance(terms.size());
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const SeenTerm& each = seen.at(terms[i]);
        const bool near = each.projection > 0 && each.projection >= mark;
        if (each.lexical > 0) {
            relevance[i] = {each.lexical, Match::word};
        } else if (each.projection > 0) {
            const double weight = !has_words ? each.projection : near ? even * each.projection / of_all : 0;
            relevance[i] = {weight, near ? Match::meaning : Match::none};
        }
    }
    return relevance;
}

}  // namespace eckart::text
