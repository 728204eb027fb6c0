#include "text/ranking/ranker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/top_k.h"
#include "text/ranking/latent_scan.h"
#include "text/ranking/leading_by_words.h"
#include "text/ranking/posting_cursor.h"

namespace eckart::text {
namespace {

constexpr float nothing = -std::numeric_limits<float>::infinity();
constexpr std::int64_t ranked_documents = 1 << 15;

/// Nothing: the scores of all documents are wanted. Otherwise the number of leading documents.
using Wanted = std::optional<std::size_t>;

double largest_of(std::span<const float> scores) {
    if (scores.empty()) return 0;
    const Eigen::Map<const Eigen::ArrayXf> all(scores.data(), static_cast<Eigen::Index>(scores.size()));
    return static_cast<double>(all.maxCoeff());
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

/// Puts what is wanted of a blend into `scores`, which has the latent scale: the best `wanted` documents, or all
/// scores.
void put_scores(const LatentScan& scan, std::span<const float> lexical, Wanted wanted, Scores& scores) {
    if (wanted) {
        scores.leading = scan.leading(lexical, scores.latent_scale, *wanted);
    } else {
        scores.values = scan.scores(lexical, scores.latent_scale);
    }
}

/// The best documents where all have been scored.
Scores with_leading(Scores scores, Wanted wanted) {
    if (!wanted) return scores;
    scores.leading = top_k<float>(scores.values, *wanted);
    scores.values.clear();
    return scores;
}

/// |m| m of the leading documents; see the header.
Eigen::VectorXf agreed_direction(const LatentView& latent, const std::vector<Scored<float>>& leading) {
    Eigen::VectorXf sum = Eigen::VectorXf::Zero(latent.rank);
    float weights = 0;
    for (const auto& top : leading) {
        const float length = latent.document_lengths[static_cast<std::size_t>(top.index)];
        if (!(top.score > 0)) continue;
        weights += top.score;
        if (length > 0) {
            sum += top.score / length * latent.document_vectors.row(top.index).head(latent.rank).transpose();
        }
    }
    return weights > 0 ? Eigen::VectorXf(sum.norm() / (weights * weights) * sum) : sum;
}

/// The lexical scores of the allowed documents, less what is taken away; 0 for the others.
void score_words(const Ranker& ranker, const RankedQuery& query, const DocumentSet* allowed, std::span<float> scores) {
    add_bm25_scores(ranker.lexical, query.words, scores);
    leave_out_others(allowed, 0, scores);
    if (query.removed.cols() == 0) return;
    parallel_blocks(static_cast<std::int64_t>(scores.size()), ranked_documents, [&](Range range) {
        for (std::int64_t d = range.begin; d < range.end; ++d) {
            float& score = scores[static_cast<std::size_t>(d)];
            if (score > 0) score *= static_cast<float>(kept_share(*ranker.latent, query.removed, d));
        }
    });
}

Scores lexical_scores(const Ranker& ranker, const RankedQuery& query, const DocumentSet* allowed) {
    Scores scores;
    scores.values.assign(static_cast<std::size_t>(ranker.documents()), 0);
    score_words(ranker, query, allowed, scores.values);
    for (float& value : scores.values) {
        if (!(value > 0)) value = nothing;
    }
    scores.lexical.scale = 1;
    return scores;
}

/// The best documents alone, by dynamic pruning.
Scores leading_by_words(const Ranker& ranker, const RankedQuery& query, std::size_t count, const DocumentSet* allowed) {
    Scores scores;
    scores.lexical.scale = 1;
    std::vector<PostingCursor> cursors = posting_cursors(ranker.lexical, query.words);
    scores.leading = LeadingByWords<PostingCursor>(cursors, count, allowed).found();
    return scores;
}

Scores by_words(const Ranker& ranker, const RankedQuery& query, const DocumentSet* allowed, Wanted wanted) {
    const bool prunable = wanted && !ranker.lexical.block_maxima.empty() && query.removed.cols() == 0;
    return prunable ? leading_by_words(ranker, query, *wanted, allowed)
                    : with_leading(lexical_scores(ranker, query, allowed), wanted);
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

/// The share of the query's squared idf that belongs to words of the latent vocabulary, in [0, 1].
double latent_coverage(const Ranker& ranker, std::span<const JointTerm> query) {
    const auto is_known = [&](const auto& entry) {
        return ranker.latent->latent_rows[static_cast<std::size_t>(entry.first)] >= 0;
    };
    double all = 0, known = 0;
    for (const JointTerm& word : query) {
        const double idf = bm25_idf(ranker.lexical, word);
        all += idf * idf;
        if (std::any_of(word.terms.begin(), word.terms.end(), is_known)) known += idf * idf;
    }
    return all > 0 ? known / all : 0;
}

/// h: the largest share of the query's idf that one document of the first page by words holds, in [0, 1].
double held_share(const Ranker& ranker, std::span<const JointTerm> query, std::span<const float> lexical) {
    double all = 0, most = 0;
    for (const JointTerm& word : query) all += bm25_idf(ranker.lexical, word);
    for (const auto& top : top_k(lexical, static_cast<std::size_t>(ranker.hybrid.first_page))) {
        double held = 0;
        for (const JointTerm& word : query) {
            if (bm25_contribution(ranker.lexical, word, top.index) > 0) held += bm25_idf(ranker.lexical, word);
        }
        most = std::max(most, held);
    }
    return all > 0 ? most / all : 0;
}

/// w of a query; see the header.
double weight_of(const Ranker& ranker, std::span<const JointTerm> query, std::span<const float> lexical) {
    const double held = held_share(ranker, query, lexical);
    return ranker.latent_weight * latent_coverage(ranker, query) *
           (1 - ranker.hybrid.word_for_word * std::pow(held, 4));
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
    score_words(ranker, query, allowed, lexical);
    const auto candidates = how != nullptr ? leading_rows(lexical, how->candidates) : std::vector<std::int32_t>{};

    Scores scores;
    const double w = given_weight.value_or(weight_of(ranker, query.words, lexical));
    scores.latent_weight = w;
    scores.lexical = lexical_worth(1 - w, largest_of(lexical), ranker.hybrid.steepness);
    scores.lexical.replace(lexical);
    scores.query = query.folded.vector.normalized();
    const LatentScan first = latent_scan(space, how, allowed, scores.query, candidates);
    const auto count = std::clamp<std::int64_t>(ranker.documents() / 100, 1, ranker.hybrid.leading);
    const auto leading = first.leading(lexical, w * inverse_of(first.largest()), static_cast<std::size_t>(count));

    scores.feedback = static_cast<float>(ranker.hybrid.feedback * w * (1 - w)) * agreed_direction(space, leading);
    if (query.removed.cols() > 0) scores.feedback -= query.removed * (query.removed.transpose() * scores.feedback);
    const LatentScan second = latent_scan(space, how, allowed, scores.query + scores.feedback, candidates);
    scores.latent_scale = w * inverse_of(second.largest());
    put_scores(second, lexical, wanted, scores);
    return scores;
}

Scores scored(const Ranker& ranker, const RankedQuery& query, Mode mode, Wanted wanted,
              std::optional<double> latent_weight, const LatentCandidates* candidates, const DocumentSet* allowed) {
    if (mode == Mode::lexical) return by_words(ranker, query, allowed, wanted);
    if (mode == Mode::autoencoder) return with_leading(code_scores(ranker, query.code, allowed), wanted);
    if (mode == Mode::latent || (latent_weight && *latent_weight >= 1)) {
        return latent_only(ranker, query.folded, candidates, allowed, wanted);
    }
    const bool no_latent = !ranker.latent || query.folded.empty || latent_weight.value_or(ranker.latent_weight) <= 0;
    return no_latent ? by_words(ranker, query, allowed, wanted)
                     : hybrid(ranker, query, latent_weight, candidates, allowed, wanted);
}

}  // namespace

float LexicalWorth::operator()(float bm25) const {
    replace({&bm25, 1});
    return bm25;
}

void LexicalWorth::replace(std::span<float> bm25) const {
    constexpr float least = std::numeric_limits<float>::min();  // a worth of 0 would say that there is no word
    parallel_blocks(static_cast<std::int64_t>(bm25.size()), ranked_documents, [&](Range range) {
        Eigen::Map<Eigen::ArrayXf> scores(bm25.data() + range.begin, range.end - range.begin);
        if (rate > 0) {
            scores = (scores > 0).select((scale * ((rate * scores).exp() - 1)).max(least), 0);
        } else {
            scores = (scores > 0).select(scale * scores, 0);
        }
    });
}

LexicalWorth lexical_worth(double weight, double best, double steepness) {
    if (!(best > 0)) return {};
    return {static_cast<float>(weight / std::expm1(steepness)), static_cast<float>(steepness / best)};
}

RankedQuery ranked_query(const Ranker& ranker, WeightedTerms terms) {
    std::vector<JointTerm> words;
    for (const auto& [term, weight] : terms) {
        JointTerm& word = words.emplace_back();
        word.weight = weight;
        word.term = term;
        word.terms = {{term, weight}};
    }
    return ranked_query(ranker, std::move(words), std::move(terms));
}

RankedQuery ranked_query(const Ranker& ranker, std::vector<JointTerm> words, WeightedTerms terms) {
    RankedQuery query;
    if (ranker.latent) query.folded = fold_in(*ranker.latent, terms);
    if (ranker.code) query.code = query_code(*ranker.code, *ranker.latent, terms);
    query.words = std::move(words);
    query.terms = std::move(terms);
    return query;
}

double kept_share(const LatentView& space, const Eigen::MatrixXf& removed, std::int64_t document) {
    const float length = space.document_lengths[static_cast<std::size_t>(document)];
    if (!(length > 0)) return 1;
    const auto vector = space.document_vectors.row(document).head(space.rank).transpose();
    const double taken = static_cast<double>((removed.transpose() * vector).squaredNorm() / (length * length));
    return std::max(0.0, 1 - taken);
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
