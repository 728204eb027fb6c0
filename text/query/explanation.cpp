#include "text/query/explanation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "text/query/factors.h"
#include "text/query/spellings.h"
#include "text/ranking/ranker.h"
#include "text/store/open_index.h"

// Notation, as in the header:
//   V      term vectors, latent terms x k
//   q, x   weights of the query's terms and of the document's
//   f      feedback
//   c      what a cosine counts in the score, by |V'q / |V'q| + f|

namespace eckart::text {
namespace {

constexpr std::size_t most_taken_apart = 64;  // terms of the query, by terms of the document
constexpr double same_direction = 1 - 1e-5;   // cosine of two vectors of which one was made in single precision
constexpr std::size_t words_of_a_factor = 5;  // that name one of its ends

/// A document in the latent space, in double precision.
struct LatentDocument {
    std::vector<std::int32_t> terms;  ///< the latent ones
    std::vector<std::int32_t> rows;   ///< of V
    std::vector<double> weights;      ///< x
    Eigen::VectorXd direction;        ///< V'x / |V'x|; empty if the latent space does not know the document
    double length = 0;                ///< |V'x|
};

/// The query in the latent space, as a sum of directions.
struct LatentQuery {
    Eigen::MatrixXd terms;     ///< k x words: sum of q_t V_t / |V'q|, 0 for a word without a latent term
    Eigen::VectorXd likeness;  ///< unit vector in the place of V'q / |V'q|, whose terms are then 0; or 0
    Eigen::VectorXd feedback;  ///< f; 0 if there is none
    double scale = 0;          ///< c; 0: the latent space has no part in the score
};

Eigen::VectorXd row_of(const LatentView& latent, std::int32_t row) {
    return latent.term_vectors.row(row).head(latent.rank).transpose().cast<double>();
}

/// sum of q_t V_t over the terms t of each word, less what is taken away.
Eigen::MatrixXd word_directions(const LatentView& latent, const RankedQuery& query) {
    const auto words = static_cast<Eigen::Index>(query.words.size());
    Eigen::MatrixXd directions = Eigen::MatrixXd::Zero(latent.rank, words);
    for (Eigen::Index w = 0; w < words; ++w) {
        for (const auto& [term, own] : query.words[static_cast<std::size_t>(w)].terms) {
            const std::int32_t row = latent.latent_rows[static_cast<std::size_t>(term)];
            if (row < 0) continue;
            const float all = std::lower_bound(query.terms.begin(), query.terms.end(), std::pair(term, 0.0F))->second;
            directions.col(w) += folded_weight(latent, row, all) * static_cast<double>(own / all) * row_of(latent, row);
        }
    }
    if (query.removed.cols() > 0) {
        const Eigen::MatrixXd removed = query.removed.cast<double>();
        directions -= removed * (removed.transpose() * directions);
    }
    return directions;
}

LatentQuery latent_query(const Ranker& ranker, const RankedQuery& query, const Scores& scores) {
    LatentQuery result;
    if (!(scores.latent_scale > 0) || !ranker.latent || scores.query.size() == 0) return result;
    const Eigen::Index k = ranker.latent->rank;
    result.terms = word_directions(*ranker.latent, query);
    result.likeness = result.feedback = Eigen::VectorXd::Zero(k);
    if (scores.feedback.size() > 0) result.feedback = scores.feedback.cast<double>();
    const Eigen::VectorXd sum = result.terms.rowwise().sum(), whole = scores.query.cast<double>();
    if (sum.norm() > 0 && sum.dot(whole) >= same_direction * sum.norm() * whole.norm()) {
        result.terms /= sum.norm();
    } else {
        result.terms.setZero();
        result.likeness = whole.normalized();
    }
    const double length = (result.terms.rowwise().sum() + result.likeness + result.feedback).norm();
    if (length > 0) result.scale = scores.latent_scale / length;
    return result;
}

/// The document of these counts, by X's weighting.
LatentDocument latent_document(const LatentView& latent, const WeightedTerms& counts) {
    LatentDocument document;
    CsrMatrix x;
    x.rows = 1;
    x.cols = latent.term_vectors.rows();
    for (const auto& [term, count] : counts) {
        const std::int32_t row = latent.latent_rows[static_cast<std::size_t>(term)];
        if (row < 0) continue;
        document.terms.push_back(term);
        x.column_indices.push_back(row);
        x.values.push_back(count);
    }
    x.row_offsets.push_back(static_cast<std::int64_t>(x.values.size()));
    weight_rows(latent.weighting, latent.global_weights, x);
    document.rows = std::move(x.column_indices);
    document.weights.assign(x.values.begin(), x.values.end());
    Eigen::VectorXd sum = Eigen::VectorXd::Zero(latent.rank);
    for (std::size_t u = 0; u < document.rows.size(); ++u) {
        sum += document.weights[u] * row_of(latent, document.rows[u]);
    }
    document.length = sum.norm();
    if (document.length > 0) document.direction = sum / document.length;
    return document;
}

template <class Part, class Size>
void sort_by_size(std::vector<Part>& parts, Size size) {
    std::stable_sort(parts.begin(), parts.end(), [&](const Part& a, const Part& b) { return size(a) > size(b); });
}

double size_of(const ThroughTerm& part) {
    return std::abs(part.latent);
}

/// Explains one document after another.
class Explainer {
  public:
    explicit Explainer(const ExplainedQuery& query)
        : query_(query), latent_(latent_query(query.ranker, query.query, query.scores)) {
        if (!(latent_.scale > 0)) return;
        ends_ = column_ends(query.ranker.latent->term_vectors, query.ranker.latent->rank, words_of_a_factor);
        terms_of_v_ = terms_of_rows(query.ranker.latent->latent_rows, query.ranker.latent->term_vectors.rows());
    }

    Explanation operator()(std::int32_t row) const;

  private:
    /// A document's place in the latent space, and how it spells its words.
    struct Explained {
        LatentDocument latent;
        Spellings spellings;
        std::vector<std::string> words;  ///< of the latent terms
    };

    Explained read(std::int32_t row) const;
    void add_latent_parts(const Explained& document, Explanation& explanation) const;
    void add_factors(const Explained& document, Explanation& explanation) const;
    std::vector<ThroughTerm> through(const Eigen::VectorXd& direction, const Explained& document) const;
    std::vector<std::string> end_of(std::int64_t factor, const Explained& document) const;
    std::string_view term(std::int32_t number) const { return query_.open.vocabulary().term(number); }

    const ExplainedQuery& query_;
    LatentQuery latent_;
    std::vector<ColumnEnds> ends_;
    std::vector<std::int32_t> terms_of_v_;
};

Explainer::Explained Explainer::read(std::int32_t row) const {
    const CatalogEntry entry = query_.open.catalog().entry(row);
    const std::string text = entry.title + "\n" + std::string(query_.open.files().text(row));
    const TokenList terms = analyzed(text, query_.open.language_of(entry));
    Explained document{latent_document(*query_.ranker.latent, query_.open.counted(terms)), {}, {}};
    document.spellings.add(text, terms);
    for (const std::int32_t number : document.latent.terms) {
        document.words.push_back(document.spellings.of(term(number)));
    }
    return document;
}

/// c (direction . V_u) x_u / |V'x| for each latent term u of the document; none where the direction is 0.
std::vector<ThroughTerm> Explainer::through(const Eigen::VectorXd& direction, const Explained& document) const {
    std::vector<ThroughTerm> parts;
    if (direction.isZero(0)) return parts;
    const LatentDocument& latent = document.latent;
    for (std::size_t u = 0; u < latent.rows.size(); ++u) {
        const double product = direction.dot(row_of(*query_.ranker.latent, latent.rows[u]));
        const double part = latent_.scale * product * latent.weights[u] / latent.length;
        parts.push_back({std::string(term(latent.terms[u])), document.words[u], part});
    }
    sort_by_size(parts, size_of);
    return parts;
}

void Explainer::add_latent_parts(const Explained& document, Explanation& explanation) const {
    const Eigen::VectorXd& d = document.latent.direction;
    std::vector<std::size_t> order(explanation.terms.size());
    for (std::size_t t = 0; t < order.size(); ++t) {
        explanation.terms[t].latent = latent_.scale * latent_.terms.col(static_cast<Eigen::Index>(t)).dot(d);
        order[t] = t;
    }
    const std::size_t taken = std::min(order.size(), most_taken_apart);
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(taken), order.end(),
                      [&](std::size_t a, std::size_t b) {
                          const double of_a = std::abs(explanation.terms[a].latent);
                          const double of_b = std::abs(explanation.terms[b].latent);
                          return of_a > of_b || (of_a == of_b && a < b);
                      });
    order.resize(taken);
    for (const std::size_t t : order) {
        explanation.terms[t].through = through(latent_.terms.col(static_cast<Eigen::Index>(t)), document);
    }
    explanation.likeness = latent_.scale * latent_.likeness.dot(d);
    explanation.likeness_through = through(latent_.likeness, document);
    explanation.feedback = latent_.scale * latent_.feedback.dot(d);
    explanation.feedback_through = through(latent_.feedback, document);
}

/// The words of the end of a factor at which the document is.
std::vector<std::string> Explainer::end_of(std::int64_t factor, const Explained& document) const {
    const ColumnEnds& ends = ends_[static_cast<std::size_t>(factor)];
    std::vector<std::string> words;
    for (const std::int32_t row : document.latent.direction[factor] < 0 ? ends.negative : ends.positive) {
        words.push_back(document.spellings.of(term(terms_of_v_[static_cast<std::size_t>(row)])));
    }
    return words;
}

void Explainer::add_factors(const Explained& document, Explanation& explanation) const {
    const Eigen::VectorXd& d = document.latent.direction;
    const Eigen::VectorXd by_terms = latent_.terms.rowwise().sum(), other = latent_.likeness + latent_.feedback;
    for (Eigen::Index k = 0; k < d.size(); ++k) {
        explanation.factors.push_back({.factor = k + 1,
                                       .latent = latent_.scale * by_terms[k] * d[k],
                                       .other = latent_.scale * other[k] * d[k],
                                       .words = end_of(k, document)});
    }
    sort_by_size(explanation.factors,
                 [](const FactorContribution& factor) { return std::abs(factor.latent + factor.other); });
}

Explanation Explainer::operator()(std::int32_t row) const {
    const Scores& scores = query_.scores;
    const float score = scores.values[static_cast<std::size_t>(row)];
    Explanation explanation;
    explanation.latent_weight = scores.latent_weight;
    explanation.score = std::isfinite(score) ? static_cast<double>(score) : 0;
    const Eigen::MatrixXf& removed = query_.query.removed;
    const double kept = removed.cols() > 0 ? kept_share(*query_.ranker.latent, removed, row) : 1;
    const double bm25 = kept * bm25_score(query_.ranker.lexical, query_.query.words, row);
    const double worth = static_cast<double>(scores.lexical(static_cast<float>(bm25)));
    const double factor = bm25 > 0 ? worth / bm25 : 0;  // words share the lexical part as they share BM25
    for (const JointTerm& word : query_.query.words) {
        const std::string known(word.term >= 0 ? term(word.term) : std::string_view(word.word));
        explanation.terms.push_back({.term = known,
                                     .word = word.word.empty() ? known : word.word,
                                     .lexical = factor * kept * bm25_contribution(query_.ranker.lexical, word, row),
                                     .latent = 0,
                                     .through = {}});
    }
    if (latent_.scale > 0 && query_.ranker.latent->document_lengths[static_cast<std::size_t>(row)] > 0) {
        const Explained document = read(row);
        if (document.latent.length > 0) {
            add_latent_parts(document, explanation);
            add_factors(document, explanation);
        }
    }
    for (const TermContribution& part : explanation.terms) {
        explanation.lexical += part.lexical;
        explanation.latent += part.latent;
    }
    explanation.latent += explanation.likeness + explanation.feedback;
    sort_by_size(explanation.terms, [](const TermContribution& part) { return std::abs(part.lexical + part.latent); });
    return explanation;
}

}  // namespace

std::vector<Explanation> explanations(const ExplainedQuery& query, std::span<const std::int32_t> rows) {
    const Explainer explained(query);
    std::vector<Explanation> made;
    made.reserve(rows.size());
    for (const std::int32_t row : rows) made.push_back(explained(row));
    return made;
}

}  // namespace eckart::text
