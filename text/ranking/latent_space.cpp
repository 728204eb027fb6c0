#include "text/ranking/latent_space.h"

#include <cmath>

#include "engine/support/parallel.h"

namespace eckart::text {
namespace {

constexpr std::int64_t folded_documents = 2048;

/// One place for the arithmetic: where it was inlined, a compiler might fuse products and sums in one caller alone, and
/// the cosine of a document would have other bytes there.
[[gnu::noinline]] float cosine(const ConstMatrixMap& vectors, std::span<const float> lengths,
                               const Eigen::VectorXf& unit_query, Eigen::Index row) {
    const float length = lengths[static_cast<std::size_t>(row)];
    if (!(length > 0)) return 0;
    return vectors.row(row).head(unit_query.size()).dot(unit_query.transpose()) / length;
}

float cosine(const LatentView& view, const Eigen::VectorXf& unit_query, Eigen::Index document) {
    return cosine(view.document_vectors, view.document_lengths, unit_query, document);
}

Eigen::VectorXf unit(const Eigen::VectorXf& vector) {
    const float length = vector.norm();
    return length > 0 ? Eigen::VectorXf(vector / length) : vector;
}

}  // namespace

double folded_weight(const LatentView& view, std::int32_t row, float count) {
    const auto global = static_cast<double>(view.global_weights[static_cast<std::size_t>(row)]);
    return query_weight(view.weighting, static_cast<double>(count)) * global * global;
}

FoldedQuery fold_in(const LatentView& view, const WeightedTerms& query) {
    FoldedQuery folded;
    folded.vector = Eigen::VectorXf::Zero(view.rank);
    double squares = 0;
    for (const auto& [term, count] : query) {
        const std::int32_t row = view.latent_rows[static_cast<std::size_t>(term)];
        if (row < 0) continue;
        const double weight = folded_weight(view, row, count);
        folded.vector += static_cast<float>(weight) * view.term_vectors.row(row).head(view.rank).transpose();
        squares += weight * weight;
    }
    if (!(squares > 0)) return folded;
    folded.vector /= static_cast<float>(std::sqrt(squares));
    folded.share = static_cast<double>(folded.vector.norm());
    folded.empty = !(folded.share > 0);
    return folded;
}

void cosine_scores(const ConstMatrixMap& vectors, std::span<const float> lengths, const Eigen::VectorXf& query,
                   std::span<float> scores) {
    const Eigen::VectorXf q = unit(query);
    parallel_blocks(static_cast<std::int64_t>(scores.size()), folded_documents, [&](Range rows) {
        for (auto row = rows.begin; row < rows.end; ++row) {
            scores[static_cast<std::size_t>(row)] = cosine(vectors, lengths, q, row);
        }
    });
}

void latent_scores(const LatentView& view, const Eigen::VectorXf& query, std::span<float> scores) {
    cosine_scores(view.document_vectors, view.document_lengths, query, scores);
}

void latent_scores(const LatentView& view, const Eigen::VectorXf& query, std::span<const std::int32_t> documents,
                   std::span<float> scores) {
    const Eigen::VectorXf q = unit(query);
    for (const std::int32_t d : documents) scores[static_cast<std::size_t>(d)] = cosine(view, q, d);
}

Eigen::VectorXf unit_query(const Eigen::VectorXf& query) {
    return unit(query);
}

float unit_cosine(const LatentView& view, const Eigen::VectorXf& unit_query, std::int64_t document) {
    return cosine(view, unit_query, document);
}

double latent_score(const LatentView& view, const Eigen::VectorXf& query, std::int64_t document) {
    return static_cast<double>(cosine(view, unit(query), document));
}

}  // namespace eckart::text
