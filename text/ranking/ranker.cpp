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

constexpr float nothing = -std::numeric_limits<float>::infinity();
constexpr std::int64_t ranked_documents = 1 << 15;

double largest_of(std::span<const float> scores) {
    return scores.empty() ? 0 : static_cast<double>(*std::max_element(scores.begin(), scores.end()));
}

double inverse_of_largest(std::span<const float> scores) {
    const double largest = largest_of(scores);
    return largest > 0 ? 1 / largest : 0;
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

/// The hybrid scores of the two parts, as `scores` says what each is worth; nothing for a document that is not
/// considered, or has neither a term of the query nor a place in the latent space, whose cosines are `latent`.
void blend(const LatentView& space, std::span<const float> lexical, std::span<const float> latent,
           const Considered& considered, Scores& scores) {
    const auto scale = static_cast<float>(scores.latent_scale);
    const auto score = [&](std::size_t d) {
        const bool known = lexical[d] > 0 || space.document_lengths[d] > 0;
        return known ? scores.lexical(lexical[d]) + scale * latent[d] : nothing;
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

/// |m| m; see the header.
Eigen::VectorXf agreed_direction(const Ranker& ranker, std::span<const float> scores) {
    const auto count = std::clamp<std::int64_t>(ranker.documents() / 100, 1, ranker.hybrid.leading);
    const LatentView& latent = *ranker.latent;
    Eigen::VectorXf sum = Eigen::VectorXf::Zero(latent.rank);
    float weights = 0;
    for (const auto& top : top_k(scores, static_cast<std::size_t>(count))) {
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
              const LatentCandidates* how, const DocumentSet* allowed) {
    const auto documents = static_cast<std::size_t>(ranker.documents());
    std::vector<float> lexical(documents, 0), latent(documents, 0);
    score_words(ranker, query, allowed, lexical);
    const auto by_words = how != nullptr ? leading_rows(lexical, how->candidates) : std::vector<std::int32_t>{};

    Scores scores;
    const double w = given_weight.value_or(weight_of(ranker, query.words, lexical));
    scores.latent_weight = w;
    scores.lexical = lexical_worth(1 - w, largest_of(lexical), ranker.hybrid.steepness);
    scores.query = query.folded.vector.normalized();
    scores.values.resize(documents);
    const auto score = [&](const Eigen::VectorXf& direction) {
        const Considered considered = score_latent(*ranker.latent, how, allowed, direction, by_words, latent);
        scores.latent_scale = w * inverse_of_largest(latent);
        blend(*ranker.latent, lexical, latent, considered, scores);
    };
    score(scores.query);
    scores.feedback =
        static_cast<float>(ranker.hybrid.feedback * w * (1 - w)) * agreed_direction(ranker, scores.values);
    if (query.removed.cols() > 0) scores.feedback -= query.removed * (query.removed.transpose() * scores.feedback);
    score(scores.query + scores.feedback);
    return scores;
}

}  // namespace

float LexicalWorth::operator()(float bm25) const {
    if (!(bm25 > 0)) return 0;
    return rate > 0 ? scale * (std::exp(rate * bm25) - 1) : scale * bm25;
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
    if (mode == Mode::lexical) return lexical_scores(ranker, query, allowed);
    if (mode == Mode::autoencoder) return code_scores(ranker, query.code, allowed);
    if (mode == Mode::latent) return latent_only(ranker, query.folded, candidates, allowed);
    if (latent_weight && *latent_weight >= 1) return latent_only(ranker, query.folded, candidates, allowed);
    const bool no_latent = !ranker.latent || query.folded.empty || latent_weight.value_or(ranker.latent_weight) <= 0;
    return no_latent ? lexical_scores(ranker, query, allowed)
                     : hybrid(ranker, query, latent_weight, candidates, allowed);
}

}  // namespace eckart::text
