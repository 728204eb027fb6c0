// Notation, as in the header; a trial is a document x (row i of X), a passage q of one half and the other half h:
//   V, s     right singular vectors and singular values, k of them;  y = V'x, a = V'q, b = V'h
//   rho      |x - V y|, the length of what x has outside V
//   c        |X r|^2 of that direction r (unit), with row i: in [rho^2, s_k^2]
//   u        unit vector of k + 1 entries: what the space loses with row i

#include "text/indexing/self_test.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "engine/support/parallel.h"

namespace eckart::text {
namespace {

using Eigen::VectorXd;

constexpr std::int64_t group = 16;  // trials ranked together, so that a document's vector is read once for all
constexpr Eigen::Index tested_documents = 256;
constexpr int bisections = 60;
constexpr double tiny = 1e-12;
constexpr double least_part = 1e-7;
constexpr double in_span = 1e-6;  // of |x|^2: a part outside V that is smaller is float32's rounding
constexpr double flat = 1e-4;     // of |x|^2: a direction with less than this of X was the document's own
constexpr double page = 10;       // ranks that are nearly as good as the first
constexpr double offset = 0.01;   // bits added to both parts, so that two perfect ones are equal
constexpr std::size_t least_trials = 10;

/// A sparse vector over the latent terms.
using SparseVector = std::vector<std::pair<std::int32_t, double>>;

double dot(const SparseVector& a, const SparseVector& b) {
    double sum = 0;
    for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        if (a[i].first == b[j].first)
            sum += a[i++].second * b[j++].second;
        else if (a[i].first < b[j].first)
            ++i;
        else
            ++j;
    }
    return sum;
}

VectorXd folded(const LatentView& latent, const SparseVector& x) {
    Eigen::VectorXf sum = Eigen::VectorXf::Zero(latent.rank);
    for (const auto& [row, value] : x) sum += static_cast<float>(value) * latent.term_vectors.row(row).transpose();
    return sum.cast<double>();
}

/// A unit vector of weights `weight(row, count)` over the latent terms of `terms`; empty if there are none.
template <class Weight>
SparseVector unit_vector(const LatentView& latent, const WeightedTerms& terms, const Weight& weight) {
    SparseVector result;
    double squares = 0;
    for (const auto& [term, count] : terms) {
        const std::int32_t row = latent.latent_rows[static_cast<std::size_t>(term)];
        if (row < 0) continue;
        result.emplace_back(row, weight(row, count));
        squares += result.back().second * result.back().second;
    }
    if (!(squares > 0)) return {};
    for (auto& entry : result) entry.second /= std::sqrt(squares);
    return result;
}

SparseVector as_query(const LatentView& latent, const WeightedTerms& terms) {
    return unit_vector(latent, terms, [&](std::int32_t row, float count) { return folded_weight(latent, row, count); });
}

SparseVector as_document(const LatentView& latent, const WeightedTerms& terms) {
    return unit_vector(latent, terms, [&](std::int32_t row, float count) {
        return query_weight(latent.weighting, static_cast<double>(count)) *
               static_cast<double>(latent.global_weights[static_cast<std::size_t>(row)]);
    });
}

SparseVector row_of(const CsrView& matrix, std::int32_t row) {
    SparseVector result;
    for (auto p = static_cast<std::size_t>(matrix.row_offsets[static_cast<std::size_t>(row)]);
         p < static_cast<std::size_t>(matrix.row_offsets[static_cast<std::size_t>(row) + 1]); ++p) {
        result.emplace_back(matrix.column_indices[p], static_cast<double>(matrix.values[p]));
    }
    return result;
}

/// |X x|^2.
double squared_image(const LatentMatrix& matrix, const SparseVector& x) {
    std::vector<double> image(static_cast<std::size_t>(matrix.weighted.rows), 0);
    const CsrView& columns = matrix.weighted_transposed;
    for (const auto& [term, value] : x) {
        const auto end = static_cast<std::size_t>(columns.row_offsets[static_cast<std::size_t>(term) + 1]);
        for (auto p = static_cast<std::size_t>(columns.row_offsets[static_cast<std::size_t>(term)]); p < end; ++p) {
            image[static_cast<std::size_t>(columns.column_indices[p])] +=
                value * static_cast<double>(columns.values[p]);
        }
    }
    return std::inner_product(image.begin(), image.end(), image.begin(), 0.0);
}

/// Unit eigenvector of the smallest eigenvalue of diag(d) - z z', by bisection on 1 = sum z_j^2 / (d_j - mu).
/// Where z vanishes at the least d, that axis is it, unless a smaller root exists: a little of z there makes both one.
VectorXd least_eigenvector(const VectorXd& d, VectorXd z) {
    Eigen::Index least = 0;
    double high = d.minCoeff(&least), low = high - z.squaredNorm();
    if (std::abs(z(least)) < least_part) z(least) = least_part;
    double mu = low;
    for (int i = 0; i < bisections; ++i) {
        mu = (low + high) / 2;
        const double sum = (z.array().square() / (d.array() - mu).max(1e-14)).sum();
        (sum > 1 ? high : low) = mu;
    }
    return (z.array() / (d.array() - mu).max(1e-14)).matrix().normalized();
}

/// Rank of a target of score `target` among `scores`, ties in the middle; `own` is left out.
double rank_among(std::span<const float> scores, std::int32_t own, double target) {
    double rank = 1;
    for (std::size_t d = 0; d < scores.size(); ++d) {
        if (d == static_cast<std::size_t>(own)) continue;
        const auto score = static_cast<double>(scores[d]);
        rank += score > target ? 1 : score == target ? 0.5 : 0;
    }
    return rank;
}

double lexical_rank(const Ranker& ranker, const SplitDocument& trial) {
    std::vector<float> scores(static_cast<std::size_t>(ranker.documents()), 0);
    add_bm25_scores(ranker.lexical, trial.passage, scores);
    float target = 0;
    for (std::size_t i = 0, j = 0; i < trial.passage.size() && j < trial.rest.size();) {
        if (trial.passage[i].first < trial.rest[j].first)
            ++i;
        else if (trial.rest[j].first < trial.passage[i].first)
            ++j;
        else {
            const auto [term, weight] = trial.passage[i++];
            target += static_cast<float>(bm25_idf(ranker.lexical, term) * static_cast<double>(weight)) *
                      bm25_term_weight(trial.rest[j++].second, trial.rest_saturation, ranker.lexical.k1);
        }
    }
    return rank_among(scores, trial.row, static_cast<double>(target));
}

/// What x, q and h have along the direction of x outside V, and c.
struct Outside {
    double x = 0, q = 0, h = 0;
    double energy = 0;
};

/// `parts` are y, a and b. A document inside V has nothing outside: then r is any direction that X knows nothing of.
Outside outside(const LatentMatrix& matrix, const SparseVector& x, const SparseVector& q, const SparseVector& h,
                const std::array<VectorXd, 3>& parts, const VectorXd& s2) {
    const auto& [y, a, b] = parts;
    const double squared = dot(x, x), rho2 = squared - y.squaredNorm();
    if (!(rho2 > in_span * squared)) return {.energy = flat * squared};
    const double rho = std::sqrt(rho2), c = (squared_image(matrix, x) - (y.array().square() * s2.array()).sum()) / rho2;
    return {rho, (dot(q, x) - a.dot(y)) / rho, (dot(h, x) - b.dot(y)) / rho,
            std::max(rho2, std::min(c, s2.minCoeff()))};
}

}  // namespace

Question question_without_document(const LatentView& latent, const LatentMatrix& matrix, const SplitDocument& trial) {
    const SparseVector q = as_query(latent, trial.passage), h = as_document(latent, trial.rest);
    if (q.empty() || h.empty()) return {};
    const SparseVector x = row_of(matrix.weighted, trial.row);
    const std::array<VectorXd, 3> parts = {latent.document_vectors.row(trial.row).cast<double>(), folded(latent, q),
                                           folded(latent, h)};
    const auto& [y, a, b] = parts;
    const Eigen::Index k = y.size();
    const VectorXd s2 = matrix.singular_values.array().square();
    const Outside r = outside(matrix, x, q, h, parts, s2);
    VectorXd d(k + 1), z(k + 1);
    d << s2, r.energy;
    z << y, r.x;
    const VectorXd u = least_eigenvector(d, z);

    const double ua = u.head(k).dot(a) + u(k) * r.q, ub = u.head(k).dot(b) + u(k) * r.h;
    const double na = std::sqrt(std::max(a.squaredNorm() + r.q * r.q - ua * ua, tiny));
    const double nb = std::sqrt(std::max(b.squaredNorm() + r.h * r.h - ub * ub, tiny));
    return {((a - ua * u.head(k)) / na).cast<float>(), (a.dot(b) + r.q * r.h - ua * ub) / (na * nb)};
}

namespace {

/// Latent ranks of the trials [range) of `questions`, 0 for an empty one.
void rank_questions(const Ranker& ranker, const std::vector<SplitDocument>& trials,
                    const std::vector<Question>& questions, Range range, std::vector<double>& ranks) {
    const LatentView& latent = *ranker.latent;
    const Eigen::Index count = range.end - range.begin, documents = ranker.documents();
    Eigen::MatrixXf queries = Eigen::MatrixXf::Zero(latent.rank, count);
    for (Eigen::Index j = 0; j < count; ++j) {
        const Question& question = questions[static_cast<std::size_t>(range.begin + j)];
        if (question.query.size() > 0) queries.col(j) = question.query;
    }
    Eigen::MatrixXf scores(documents, count);
    for (Eigen::Index first = 0; first < documents; first += tested_documents) {
        const Eigen::Index rows = std::min(tested_documents, documents - first);
        scores.middleRows(first, rows).noalias() = latent.document_vectors.middleRows(first, rows) * queries;
        for (Eigen::Index r = first; r < first + rows; ++r) {
            const float length = latent.document_lengths[static_cast<std::size_t>(r)];
            scores.row(r) *= length > 0 ? 1 / length : 0;
        }
    }
    for (Eigen::Index j = 0; j < count; ++j) {
        const auto t = static_cast<std::size_t>(range.begin + j);
        if (questions[t].query.size() == 0) continue;
        ranks[t] =
            rank_among({scores.col(j).data(), static_cast<std::size_t>(documents)}, trials[t].row, questions[t].target);
    }
}

std::string reason(std::size_t trials, double lexical_bits, double latent_bits, double weight) {
    char text[256];
    std::snprintf(
        text, sizeof text,
        "in %zu trials a few words of half a document found the other half %.2f bits from the top by words and "
        "%.2f in the latent space, so the latent part weighs %.2f",
        trials, lexical_bits, latent_bits, weight);
    return text;
}

}  // namespace

double latent_weight(double lexical_bits, double latent_bits) {
    const double ratio = (lexical_bits + offset) / (latent_bits + offset);
    return 1 / (1 + std::pow(self_test_even_ratio / ratio, self_test_power));
}

Blend self_tested_blend(const Ranker& ranker, const LatentMatrix& matrix, const std::vector<SplitDocument>& trials,
                        const Progress& progress) {
    progress.report("finding the blend", 0, trials.size());
    std::vector<double> by_words(trials.size()), by_meaning(trials.size());
    std::vector<Question> questions(trials.size());
    parallel_for(static_cast<std::int64_t>(trials.size()), [&](std::int64_t i) {
        const auto t = static_cast<std::size_t>(i);
        questions[t] = question_without_document(*ranker.latent, matrix, trials[t]);
        if (questions[t].query.size() > 0) by_words[t] = lexical_rank(ranker, trials[t]);
    });
    progress.report("finding the blend", trials.size() / 2, trials.size());
    parallel_blocks(static_cast<std::int64_t>(trials.size()), group,
                    [&](Range range) { rank_questions(ranker, trials, questions, range, by_meaning); });
    progress.report("finding the blend", trials.size(), trials.size());

    std::size_t used = 0;
    double lexical_bits = 0, latent_bits = 0;
    for (std::size_t t = 0; t < trials.size(); ++t) {
        if (questions[t].query.size() == 0) continue;
        ++used;
        lexical_bits += std::log2((by_words[t] + page) / (1 + page));
        latent_bits += std::log2((by_meaning[t] + page) / (1 + page));
    }
    if (used < least_trials) {
        return {0.5, "too few documents are long enough to be cut in two, so both parts weigh the same"};
    }
    lexical_bits /= static_cast<double>(used);
    latent_bits /= static_cast<double>(used);
    const double weight = latent_weight(lexical_bits, latent_bits);
    return {weight, reason(used, lexical_bits, latent_bits, weight), true};
}

}  // namespace eckart::text
