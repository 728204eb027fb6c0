#include "text/ranking/ranker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/top_k.h"
#include "text/ranking/latent_scan.h"
#include "text/ranking/leading_by_words.h"
#include "text/ranking/posting_cursor.h"

namespace eckart::text {
namespace {

constexpr std::int64_t feedback_documents = 10;  // at most; and a hundredth of the collection
constexpr double feedback_strength = 2;          // times the latent weight
constexpr std::int64_t least_page = 3;           // the document that the first one is compared with: a hundredth of the
constexpr std::int64_t most_page = 10;           // collection down, within these
constexpr double even_stand_out = 0.35;          // where a document that stands out halves the latent weight
constexpr float nothing = -std::numeric_limits<float>::infinity();

/// Nothing: the scores of all documents are wanted. Otherwise the number of leading documents.
using Wanted = std::optional<std::size_t>;

float largest_score(std::span<const float> scores) {
    if (scores.empty()) return 0;
    return Eigen::Map<const Eigen::ArrayXf>(scores.data(), static_cast<Eigen::Index>(scores.size())).maxCoeff();
}

double inverse_of(float largest) {
    return largest > 0 ? 1 / static_cast<double>(largest) : 0;
}

/// The rows that the inverted file finds near to a query, and `others`, each once. Cells with at least twice as many
/// rows as are wanted are looked into.
std::vector<std::int32_t> near_rows(const LatentView& space, const LatentCandidates& how, const Eigen::VectorXf& query,
                                    std::span<const std::int32_t> others) {
    const auto rows = static_cast<double>(std::max<std::size_t>(how.file.rows.size(), 1));
    const double needed = 2 * static_cast<double>(how.candidates) / rows * static_cast<double>(how.file.cells());
    const ProbeOptions options = {.probes = std::max(how.probes, static_cast<std::int64_t>(std::ceil(needed)))};
    const std::span<const float> q{query.data(), static_cast<std::size_t>(query.size())};
    std::vector<std::int32_t> found(others.begin(), others.end());
    for (const auto& near : probed(how.file, space.document_vectors, q, how.candidates, options)) {
        found.push_back(near.index);
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
}

/// Gives the documents that are not allowed the score `none`.
void leave_out_others(const DocumentSet* allowed, float none, std::span<float> scores) {
    if (allowed == nullptr) return;
    for (std::size_t d = 0; d < scores.size(); ++d) {
        if (!allowed->contains(static_cast<std::int32_t>(d))) scores[d] = none;
    }
}

/// The cosines of a query and the documents considered: all, the allowed ones, or `others` and those that are found
/// where `how` says so.
LatentScan latent_scan(const LatentView& space, const LatentCandidates* how, const DocumentSet* allowed,
                       const Eigen::VectorXf& query, std::span<const std::int32_t> others) {
    if (how != nullptr && allowed == nullptr) return {space, query, near_rows(space, *how, query, others)};
    return {space, query, allowed};
}

/// Mean of the unit vectors of `leading`, made unit length.
Eigen::VectorXf mean_direction(const LatentView& latent, const std::vector<Scored<float>>& leading) {
    Eigen::VectorXf sum = Eigen::VectorXf::Zero(latent.rank);
    for (const auto& top : leading) {
        const float length = latent.document_lengths[static_cast<std::size_t>(top.index)];
        if (length > 0) sum += latent.document_vectors.row(top.index).head(latent.rank).transpose() / length;
    }
    const float length = sum.norm();
    return length > 0 ? Eigen::VectorXf(sum / length) : sum;
}

/// Puts what is wanted of a blend into `scores`, whose scales it has: the best `wanted` documents, or all scores.
void put_scores(const LatentScan& scan, std::span<const float> lexical, Wanted wanted, Scores& scores) {
    if (wanted) {
        scores.leading = scan.leading(lexical, scores.lexical_scale, scores.latent_scale, *wanted);
    } else {
        scores.values = scan.scores(lexical, scores.lexical_scale, scores.latent_scale);
    }
}

Scores lexical_scores(const Ranker& ranker, const WeightedTerms& query, const DocumentSet* allowed) {
    Scores scores;
    scores.values.assign(static_cast<std::size_t>(ranker.documents()), 0);
    add_bm25_scores(ranker.lexical, query, scores.values);
    leave_out_others(allowed, 0, scores.values);
    for (float& value : scores.values) {
        if (!(value > 0)) value = nothing;
    }
    scores.lexical_scale = 1;
    return scores;
}

/// The best documents alone, by dynamic pruning where the postings have bounds.
Scores leading_by_words(const Ranker& ranker, const WeightedTerms& query, std::size_t count,
                        const DocumentSet* allowed) {
    Scores scores;
    scores.lexical_scale = 1;
    std::vector<PostingCursor> cursors;
    for (const auto& [term, weight] : query) cursors.emplace_back(ranker.lexical, term, weight);
    scores.leading = LeadingByWords<PostingCursor>(cursors, count, allowed).found();
    return scores;
}

Scores latent_only(const Ranker& ranker, const FoldedQuery& folded, const LatentCandidates* how,
                   const DocumentSet* allowed, Wanted wanted) {
    Scores scores;
    if (!ranker.latent || folded.empty) {
        if (!wanted) scores.values.assign(static_cast<std::size_t>(ranker.documents()), nothing);
        return scores;
    }
    scores.query = folded.vector.normalized();
    scores.latent_weight = scores.latent_scale = 1;
    put_scores(latent_scan(*ranker.latent, how, allowed, scores.query, {}), {}, wanted, scores);
    return scores;
}

/// Cosines of codes.
Scores code_scores(const Ranker& ranker, const Eigen::VectorXf& query, const DocumentSet* allowed) {
    if (!ranker.code) throw UsageError("the index has no codes of its documents; make them with eckart encode INDEX");
    Scores scores;
    scores.values.assign(static_cast<std::size_t>(ranker.documents()), nothing);
    if (!(query.norm() > 0)) return scores;
    scores.query = query.normalized();
    scores.latent_weight = scores.latent_scale = 1;
    cosine_scores(ranker.code->document_codes, ranker.code->document_lengths, query, scores.values);
    for (std::size_t d = 0; d < scores.values.size(); ++d) {
        if (!(ranker.code->document_lengths[d] > 0)) scores.values[d] = nothing;
    }
    leave_out_others(allowed, nothing, scores.values);
    return scores;
}

/// The share of the query's squared idf that belongs to terms of the latent vocabulary, in [0, 1].
double latent_coverage(const Ranker& ranker, const WeightedTerms& query) {
    double all = 0, known = 0;
    for (const auto& [term, count] : query) {
        const double idf = bm25_idf(ranker.lexical, term);
        all += idf * idf;
        if (ranker.latent->latent_rows[static_cast<std::size_t>(term)] >= 0) known += idf * idf;
    }
    return all > 0 ? known / all : 0;
}

/// How much the first document by words stands out, in [0, 1]; see the header.
double stand_out(const Ranker& ranker, const WeightedTerms& query, std::span<const float> lexical) {
    const auto page = std::clamp<std::int64_t>(ranker.documents() / 100, least_page, most_page);
    const auto top = top_k(lexical, static_cast<std::size_t>(page));
    if (top.empty() || !(top.front().score > 0)) return 0;
    double all = 0, held = 0;
    for (const auto& [term, count] : query) {
        const double idf = bm25_idf(ranker.lexical, term);
        all += idf;
        if (bm25_contribution(ranker.lexical, term, count, top.front().index) > 0) held += idf;
    }
    return all > 0 ? held / all * (1 - static_cast<double>(top.back().score / top.front().score)) : 0;
}

/// The `count` documents with the highest scores above 0.
std::vector<std::int32_t> leading_rows(std::span<const float> scores, std::size_t count) {
    std::vector<std::int32_t> rows;
    for (const auto& top : top_k(scores, count)) {
        if (top.score > 0) rows.push_back(top.index);
    }
    return rows;
}

Scores hybrid(const Ranker& ranker, const RankedQuery& query, std::optional<double> given_weight,
              const LatentCandidates* how, const DocumentSet* allowed, Wanted wanted) {
    const LatentView& space = *ranker.latent;
    std::vector<float> lexical(static_cast<std::size_t>(ranker.documents()), 0);
    add_bm25_scores(ranker.lexical, query.terms, lexical);
    leave_out_others(allowed, 0, lexical);
    const auto by_words = how != nullptr ? leading_rows(lexical, how->candidates) : std::vector<std::int32_t>{};

    Scores scores;
    double& weight = scores.latent_weight;
    weight = given_weight.value_or(ranker.latent_weight * latent_coverage(ranker, query.terms) /
                                   (1 + std::pow(stand_out(ranker, query.terms, lexical) / even_stand_out, 4)));
    scores.query = query.folded.vector.normalized();
    const LatentScan first = latent_scan(space, how, allowed, scores.query, by_words);
    scores.lexical_scale = (1 - weight) * inverse_of(largest_score(lexical));
    scores.latent_scale = weight * inverse_of(first.largest());
    const auto count = std::max<std::int64_t>(1, std::min(feedback_documents, ranker.documents() / 100));
    const auto leading =
        first.leading(lexical, scores.lexical_scale, scores.latent_scale, static_cast<std::size_t>(count));

    scores.feedback = static_cast<float>(feedback_strength * weight) * mean_direction(space, leading);
    const LatentScan second = latent_scan(space, how, allowed, scores.query + scores.feedback, by_words);
    scores.latent_scale = weight * inverse_of(second.largest());
    put_scores(second, lexical, wanted, scores);
    return scores;
}

/// The best documents where all have been scored.
Scores with_leading(Scores scores, Wanted wanted) {
    if (!wanted) return scores;
    scores.leading = top_k<float>(scores.values, *wanted);
    scores.values.clear();
    return scores;
}

Scores scored(const Ranker& ranker, const RankedQuery& query, Mode mode, Wanted wanted,
              std::optional<double> latent_weight, const LatentCandidates* candidates, const DocumentSet* allowed) {
    if (mode == Mode::autoencoder) return with_leading(code_scores(ranker, query.code, allowed), wanted);
    if (mode == Mode::latent) return latent_only(ranker, query.folded, candidates, allowed, wanted);
    const bool no_latent = mode == Mode::lexical || !ranker.latent || query.folded.empty ||
                           latent_weight.value_or(ranker.latent_weight) <= 0;
    if (!no_latent) return hybrid(ranker, query, latent_weight, candidates, allowed, wanted);
    const bool prunable = wanted && !ranker.lexical.block_maxima.empty();
    return prunable ? leading_by_words(ranker, query.terms, *wanted, allowed)
                    : with_leading(lexical_scores(ranker, query.terms, allowed), wanted);
}

}  // namespace

RankedQuery ranked_query(const Ranker& ranker, WeightedTerms terms) {
    RankedQuery query;
    if (ranker.latent) query.folded = fold_in(*ranker.latent, terms);
    if (ranker.code) query.code = query_code(*ranker.code, *ranker.latent, terms);
    query.terms = std::move(terms);
    return query;
}

Scores score_documents(const Ranker& ranker, const RankedQuery& query, Mode mode, std::optional<double> latent_weight,
                       const LatentCandidates* candidates, const DocumentSet* allowed) {
    return scored(ranker, query, mode, {}, latent_weight, candidates, allowed);
}

Scores leading_documents(const Ranker& ranker, const RankedQuery& query, Mode mode, std::size_t count,
                         std::optional<double> latent_weight, const LatentCandidates* candidates,
                         const DocumentSet* allowed) {
    return scored(ranker, query, mode, count, latent_weight, candidates, allowed);
}

}  // namespace eckart::text
