#include "text/query/highlights.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>

#include "text/query/query_words.h"
#include "text/ranking/ranker.h"
#include "text/terms/vocabulary.h"
#include "text/words/tokenizer.h"

namespace eckart::text {
namespace {

constexpr double marked_of_others = 0.5;  // of the strongest word that is not the query's: from there on it is marked,
constexpr double marked_of_all = 0.25;    // if it is so much of the strongest of all, too
constexpr double even = 0.01;             // weight of a word near in meaning beside those of the query

/// A different word of the document.
struct SeenWord {
    double lexical = 0;
    double projection = 0;  ///< what it adds to the cosine, at least 0
};

/// The share of the query's idf that belongs to each of its words.
std::vector<double> idf_shares(const Ranker& ranker, const RankedQuery& query) {
    std::vector<double> shares;
    double all = 0;
    for (const JointTerm& word : query.words) all += shares.emplace_back(bm25_idf(ranker.lexical, word));
    for (double& share : shares) share /= all > 0 ? all : 1;
    return shares;
}

double projection_of(const LatentView& latent, const Eigen::VectorXf& direction, std::int32_t number) {
    const std::int32_t row = number < 0 ? -1 : latent.latent_rows[static_cast<std::size_t>(number)];
    if (row < 0) return 0;
    const float projection = latent.term_vectors.row(row).head(direction.size()).dot(direction.transpose());
    return std::max(0.0, static_cast<double>(projection * latent.global_weights[static_cast<std::size_t>(row)]));
}

std::vector<SeenWord> seen_words(const Ranker& ranker, const RankedQuery& query, WordMatcher& matcher,
                                 const TokenList& forms) {
    const Eigen::VectorXf direction = query.folded.vector.normalized();
    const bool latent = ranker.latent && !query.folded.empty;
    const auto shares = idf_shares(ranker, query);
    std::unordered_map<std::string, SeenWord> known;
    std::vector<SeenWord> seen;
    for (std::size_t i = 0; i < forms.size(); ++i) {
        const auto [entry, is_new] = known.try_emplace(std::string(forms[i]));
        if (is_new) {
            const int match = matcher.match(forms[i]);
            if (match >= 0) entry->second.lexical = shares[static_cast<std::size_t>(match)];
            if (latent) entry->second.projection = projection_of(*ranker.latent, direction, matcher.term(forms[i]));
        }
        seen.push_back(entry->second);
    }
    return seen;
}

std::vector<TermRelevance> relevance_of(const std::vector<SeenWord>& seen) {
    double of_others = 0, of_all = 0;
    bool has_words = false;
    for (const SeenWord& each : seen) {
        has_words = has_words || each.lexical > 0;
        of_all = std::max(of_all, each.projection);
        if (!(each.lexical > 0)) of_others = std::max(of_others, each.projection);
    }
    const double mark = std::max(marked_of_others * of_others, marked_of_all * of_all);
    std::vector<TermRelevance> relevance(seen.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const SeenWord& each = seen[i];
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

}  // namespace

RatedWords rated_words(const Ranker& ranker, const RankedQuery& query, WordMatcher& matcher,
                       const Vocabulary& vocabulary, std::string_view text) {
    const TokenList forms = tokenized(text);
    RatedWords rated;
    rated.relevance = relevance_of(seen_words(ranker, query, matcher, forms));
    for (std::size_t i = 0; i < forms.size(); ++i) {
        const std::int32_t term = matcher.term(forms[i]);
        rated.words.append(term >= 0 ? vocabulary.term(term) : forms[i], forms.source(i));
    }
    return rated;
}

}  // namespace eckart::text
