#include "text/ranking/ranker.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/top_k.h"

namespace eckart::text {
namespace {

constexpr std::int64_t feedback_documents = 10;  // at most; and a hundredth of the collection
constexpr double feedback_strength = 2;          // times the latent weight
constexpr std::int64_t least_page = 3;           // the document that the first one is compared with: a hundredth of the
constexpr std::int64_t most_page = 10;           // collection down, within these
constexpr double even_stand_out = 0.35;          // where a document that stands out halves the latent weight
constexpr float nothing = -std::numeric_limits<float>::infinity();
constexpr std::int64_t ranked_documents = 1 << 15;

double inverse_of_largest(std::span<const float> scores) {
    const float largest = scores.empty() ? 0 : *std::max_element(scores.begin(), scores.end());
    return largest > 0 ? 1 / static_cast<double>(largest) : 0;
}

/// Documents that a ranking considers: all, or those of a list.
using Considered = std::optional<std::vector<std::int32_t>>;

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

/// Cosines of the documents considered, which are the allowed ones, or found where `how` says so; 0 for the others.
Considered score_latent(const LatentView& space, const LatentCandidates* how, const DocumentSet* allowed,
                        const Eigen::VectorXf& query, std::span<const std::int32_t> others, std::span<float> scores) {
    if (allowed != nullptr) {
        std::vector<std::int32_t> rows = allowed->documents();
        std::fill(scores.begin(), scores.end(), 0.0F);
        latent_scores(space, query, rows, scores);
        return rows;
    }
    if (how == nullptr) {
        latent_scores(space, query, scores);
        return {};
    }
    std::vector<std::int32_t> rows = near_rows(space, *how, query, others);
    std::fill(scores.begin(), scores.end(), 0.0F);
    latent_scores(space, query, rows, scores);
    return rows;
}

/// The hybrid scores of the two parts, with the scales that `scores` carries; nothing for a document that is not
/// considered, or has neither a term of the query nor a place in the latent space, whose cosines are `latent`.
void blend(const LatentView& space, std::span<const float> lexical, std::span<const float> latent,
           const Considered& considered, Scores& scores) {
    const auto a = static_cast<float>(scores.lexical_scale), b = static_cast<float>(scores.latent_scale);
    const auto score = [&](std::size_t d) {
        const bool known = lexical[d] > 0 || space.document_lengths[d] > 0;
        return known ? a * lexical[d] + b * latent[d] : nothing;
    };
    if (considered) {
        std::fill(scores.values.begin(), scores.values.end(), nothing);
        for (const std::int32_t row : *considered) {
            scores.values[static_cast<std::size_t>(row)] = score(static_cast<std::size_t>(row));
        }
        return;
    }
    parallel_blocks(static_cast<std::int64_t>(lexical.size()), ranked_documents, [&](Range range) {
        for (auto d = static_cast<std::size_t>(range.begin); d < static_cast<std::size_t>(range.end); ++d) {
            scores.values[d] = score(d);
        }
    });
}

/// Mean of the unit vectors of the leading documents, made unit length.
Eigen::VectorXf leading_direction(const Ranker& ranker, std::span<const float> scores) {
    const auto count = std::max<std::int64_t>(1, std::min(feedback_documents, ranker.documents() / 100));
    const LatentView& latent = *ranker.latent;
    Eigen::VectorXf sum = Eigen::VectorXf::Zero(latent.rank);
    for (const auto& top : top_k(scores, static_cast<std::size_t>(count))) {
        const float length = latent.document_lengths[static_cast<std::size_t>(top.index)];
        if (length > 0) sum += latent.document_vectors.row(top.index).head(latent.rank).transpose() / length;
    }
    const float length = sum.norm();
    return length > 0 ? Eigen::VectorXf(sum / length) : sum;
}

/// The lexical scores of the allowed documents, less what is taken away; 0 for the others.
void score_words(const Ranker& ranker, const RankedQuery& query, const DocumentSet* allowed, std::span<float> scores) {
    add_bm25_scores(ranker.lexical, query.terms, scores);
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
    scores.lexical_scale = 1;
    return scores;
}

Scores latent_only(const Ranker& ranker, const FoldedQuery& folded, const LatentCandidates* how,
                   const DocumentSet* allowed) {
    Scores scores;
    scores.values.assign(static_cast<std::size_t>(ranker.documents()), nothing);
    if (!ranker.latent || folded.empty) return scores;
    scores.query = folded.vector.normalized();
    scores.latent_weight = scores.latent_scale = 1;
    if (how != nullptr && allowed == nullptr) {
        latent_scores(*ranker.latent, scores.query, near_rows(*ranker.latent, *how, scores.query, {}), scores.values);
        return scores;
    }
    if (allowed != nullptr) {
        latent_scores(*ranker.latent, scores.query, allowed->documents(), scores.values);
    } else {
        latent_scores(*ranker.latent, scores.query, scores.values);
    }
    for (std::size_t d = 0; d < scores.values.size(); ++d) {
        if (!(ranker.latent->document_lengths[d] > 0)) scores.values[d] = nothing;
    }
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
              const LatentCandidates* how, const DocumentSet* allowed) {
    const auto documents = static_cast<std::size_t>(ranker.documents());
    std::vector<float> lexical(documents, 0), latent(documents, 0);
    score_words(ranker, query, allowed, lexical);
    const auto by_words = how != nullptr ? leading_rows(lexical, how->candidates) : std::vector<std::int32_t>{};

    Scores scores;
    double& weight = scores.latent_weight;
    weight = given_weight.value_or(ranker.latent_weight * latent_coverage(ranker, query.terms) /
                                   (1 + std::pow(stand_out(ranker, query.terms, lexical) / even_stand_out, 4)));
    scores.query = query.folded.vector.normalized();
    scores.values.resize(documents);
    Considered considered = score_latent(*ranker.latent, how, allowed, scores.query, by_words, latent);
    scores.lexical_scale = (1 - weight) * inverse_of_largest(lexical);
    scores.latent_scale = weight * inverse_of_largest(latent);
    blend(*ranker.latent, lexical, latent, considered, scores);

    scores.feedback = static_cast<float>(feedback_strength * weight) * leading_direction(ranker, scores.values);
    if (query.removed.cols() > 0) scores.feedback -= query.removed * (query.removed.transpose() * scores.feedback);
    considered = score_latent(*ranker.latent, how, allowed, scores.query + scores.feedback, by_words, latent);
    scores.latent_scale = weight * inverse_of_largest(latent);
    blend(*ranker.latent, lexical, latent, considered, scores);
    return scores;
}

}  // namespace

RankedQuery ranked_query(const Ranker& ranker, WeightedTerms terms) {
    RankedQuery query;
    if (ranker.latent) query.folded = fold_in(*ranker.latent, terms);
    if (ranker.code) query.code = query_code(*ranker.code, *ranker.latent, terms);
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
    if (mode == Mode::lexical) return lexical_scores(ranker, query, allowed);
    if (mode == Mode::autoencoder) return code_scores(ranker, query.code, allowed);
    if (mode == Mode::latent) return latent_only(ranker, query.folded, candidates, allowed);
    const bool no_latent = !ranker.latent || query.folded.empty || latent_weight.value_or(ranker.latent_weight) <= 0;
    return no_latent ? lexical_scores(ranker, query, allowed)
                     : hybrid(ranker, query, latent_weight, candidates, allowed);
}

}  // namespace eckart::text
