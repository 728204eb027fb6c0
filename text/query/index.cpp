#include "text/query/index.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/top_k.h"
#include "text/ranking/ranker.h"
#include "text/store/open_index.h"
#include "text/words/analyzer.h"
#include "text/words/unicode.h"

namespace eckart::text {
namespace {

constexpr std::size_t snippet_text = 1 << 17;  // bytes of a long document that are searched for a snippet
constexpr std::size_t similar_terms = 25;      // terms of a document that stand for it in words
constexpr double strong_term = 0.5;            // of the strongest: from there a word near in meaning is marked
constexpr std::int64_t term_block = 4096;
constexpr std::size_t least_candidates = 1000;  // where not all vectors are read: documents that are scored, at least,
constexpr std::size_t candidates_a_hit = 10;    // and for each hit

std::size_t count_of(const SearchOptions& options) {
    if (options.count < 1) throw UsageError("the number of hits must be at least 1");
    if (options.latent_weight && !(*options.latent_weight >= 0 && *options.latent_weight <= 1)) {
        throw UsageError("the latent weight must lie between 0 and 1");
    }
    return static_cast<std::size_t>(options.count);
}

}  // namespace

struct Index::Data {
    explicit Data(const std::string& path)
        : open(path), saturations(bm25_saturations(open.files().token_counts(), open.manifest().bm25)) {
        const IndexManifest& manifest = open.manifest();
        ranker.lexical = open.files().lexical(saturations);
        if (manifest.rank > 0) ranker.latent.emplace(open.files().latent());
        if (manifest.code) ranker.code.emplace(*open.files().code());
        ranker.latent_weight = manifest.blend.latent_weight;
        info = {manifest.documents, manifest.terms, manifest.latent_terms, manifest.nonzeros,
                open.store().manifest_json()};
    }

    Language query_language(std::string_view query) const;
    RankedQuery query(std::string_view text) const;
    WeightedTerms strongest_terms(std::int64_t row) const;
    std::size_t checked_row(const Hit& hit) const;
    std::vector<Hit> hits(const std::vector<Scored<float>>& leading, std::size_t count, std::int64_t left_out) const;
    std::optional<LatentCandidates> candidates(const SearchOptions& options) const;
    Scores scores(const RankedQuery& query, const SearchOptions& options) const;
    std::vector<Scored<float>> leading(const RankedQuery& query, const SearchOptions& options, std::size_t count,
                                       std::optional<double> latent_weight) const;
    TermRelevance lexical_relevance(const RankedQuery& query) const;
    TermRelevance latent_relevance(const RankedQuery& query) const;

    OpenIndex open;
    std::vector<float> saturations;
    Ranker ranker;
    IndexInfo info;
};

/// The language that was asked for; or that of the collection, unless the query is surely in another one of its
/// languages.
Language Index::Data::query_language(std::string_view query) const {
    const LanguageChoice choice(open.manifest().language);
    if (!choice.is_detected()) return choice.fixed();
    const Language majority(open.manifest().majority_language);
    const auto& languages = open.manifest().languages;
    if (languages.size() < 2) return majority;
    const Language detected = detect_language(query);
    const bool known = std::find(languages.begin(), languages.end(), detected.code()) != languages.end();
    return !detected.empty() && known ? detected : majority;
}

RankedQuery Index::Data::query(std::string_view text) const {
    return ranked_query(ranker, open.counted(analyzed(text, query_language(text))));
}

/// A hit may come from another index, or from an earlier generation of this one.
std::size_t Index::Data::checked_row(const Hit& hit) const {
    if (hit.row < 0 || hit.row >= info.documents) {
        throw UsageError("'" + hit.document + "' is not a hit of this index");
    }
    return static_cast<std::size_t>(hit.row);
}

/// Terms that tell a document from others: those of the highest BM25 weight, once each.
WeightedTerms Index::Data::strongest_terms(std::int64_t row) const {
    const CatalogEntry entry = open.catalog().entry(row);
    const Language language = open.language_of(entry);
    std::vector<std::pair<double, std::int32_t>> weighted;
    const float saturation = saturations[static_cast<std::size_t>(row)];
    const std::string text = entry.title + "\n" + std::string(open.files().text(row));
    for (const auto& [term, count] : open.counted(analyzed(text, language))) {
        const auto weight = static_cast<double>(bm25_term_weight(count, saturation, ranker.lexical.k1));
        weighted.emplace_back(-bm25_idf(ranker.lexical, term) * weight, term);
    }
    const std::size_t count = std::min(weighted.size(), similar_terms);
    std::partial_sort(weighted.begin(), weighted.begin() + static_cast<std::ptrdiff_t>(count), weighted.end());
    WeightedTerms terms;
    for (std::size_t i = 0; i < count; ++i) terms.emplace_back(weighted[i].second, 1.0F);
    std::sort(terms.begin(), terms.end());
    return terms;
}

/// The best `count` of the leading documents, without one.
std::vector<Hit> Index::Data::hits(const std::vector<Scored<float>>& leading, std::size_t count,
                                   std::int64_t left_out) const {
    std::vector<Hit> result;
    for (const auto& top : leading) {
        if (top.index == left_out || result.size() == count) continue;
        CatalogEntry entry = open.catalog().entry(top.index);
        result.push_back({top.index, std::move(entry.id), std::move(entry.title), static_cast<double>(top.score)});
    }
    return result;
}

/// Nothing: all vectors are read, or as many as it takes to know the best.
std::optional<LatentCandidates> Index::Data::candidates(const SearchOptions& options) const {
    const auto& stored = open.files().neighbors();
    const bool asked = options.neighbors == NeighborMethod::ivf || options.neighbors == NeighborMethod::ivf_pq;
    if (asked && (!stored || stored->method() != options.neighbors)) {
        throw UsageError("the index has no " + std::string(name(options.neighbors)) +
                         " of its documents; make it with eckart index --neighbors " +
                         std::string(name(options.neighbors)));
    }
    if (!stored || options.neighbors == NeighborMethod::exact) return {};
    return LatentCandidates{
        .file = stored->view(),
        .probes = open.manifest().probes,
        .candidates = std::max(least_candidates, candidates_a_hit * static_cast<std::size_t>(options.count))};
}

/// Scores of all documents, or of those that the inverted file finds.
Scores Index::Data::scores(const RankedQuery& query, const SearchOptions& options) const {
    const auto how = candidates(options);
    return score_documents(ranker, query, options.mode, options.latent_weight, how ? &*how : nullptr);
}

/// The documents of the highest of these scores.
std::vector<Scored<float>> Index::Data::leading(const RankedQuery& query, const SearchOptions& options,
                                                std::size_t count, std::optional<double> latent_weight) const {
    const auto how = candidates(options);
    return leading_documents(ranker, query, options.mode, count, latent_weight, how ? &*how : nullptr).leading;
}

TermRelevance Index::Data::lexical_relevance(const RankedQuery& query) const {
    return [this, &query](std::string_view term) {
        const auto number = open.vocabulary().find(term);
        if (!number) return 0.0;
        const auto found = std::find_if(query.terms.begin(), query.terms.end(),
                                        [&](const auto& entry) { return entry.first == *number; });
        return found == query.terms.end() ? 0.0 : bm25_idf(ranker.lexical, *number);
    };
}

/// What a word adds to the cosine of a text with the query: G_t V_t . q, where that is positive.
TermRelevance Index::Data::latent_relevance(const RankedQuery& query) const {
    return [this, direction = Eigen::VectorXf(query.folded.vector.normalized())](std::string_view term) {
        const auto number = open.vocabulary().find(term);
        if (!number || !ranker.latent || direction.size() == 0) return 0.0;
        const std::int32_t row = ranker.latent->latent_rows[static_cast<std::size_t>(*number)];
        if (row < 0) return 0.0;
        const float projection = ranker.latent->term_vectors.row(row).dot(direction.transpose());
        const float weight = ranker.latent->global_weights[static_cast<std::size_t>(row)];
        return std::max(0.0, static_cast<double>(projection * weight));
    };
}

Index::Index(std::unique_ptr<Data> data) : data_(std::move(data)) {}
Index::Index(Index&&) noexcept = default;
Index& Index::operator=(Index&&) noexcept = default;
Index::~Index() = default;

Index Index::open(const std::string& path) {
    return Index(std::make_unique<Data>(path));
}

NeighborMethod Index::neighbor_method() const {
    const auto& stored = data_->open.files().neighbors();
    return stored ? stored->method() : NeighborMethod::exact;
}

const IndexInfo& Index::info() const {
    return data_->info;
}

std::vector<Hit> Index::search(std::string_view query, const SearchOptions& options) const {
    const std::size_t count = count_of(options);
    const RankedQuery ranked = data_->query(query);
    if (ranked.terms.empty()) return {};
    return data_->hits(data_->leading(ranked, options, count, options.latent_weight), count, -1);
}

bool Index::contains(std::string_view document) const {
    return data_->open.catalog().find(document).has_value();
}

std::vector<Hit> Index::similar(std::string_view document, const SearchOptions& options) const {
    const std::size_t count = count_of(options);
    const std::int64_t row = data_->open.catalog().row_of(document);
    RankedQuery query{data_->strongest_terms(row), {}};
    if (const auto& latent = data_->ranker.latent) {
        query.folded.vector = latent->document_vectors.row(row).transpose();
        query.folded.empty = !(query.folded.vector.norm() > 0);
    }
    if (const auto& code = data_->ranker.code) query.code = code->document_codes.row(row).transpose();
    if (query.terms.empty() && query.folded.empty) return {};
    // The document itself stands out among those that have its words; that is no sign that words should decide.
    const double weight = options.latent_weight.value_or(data_->ranker.latent_weight);
    return data_->hits(data_->leading(query, options, count + 1, weight), count, row);
}

std::vector<TermNeighbor> Index::nearest_terms(std::string_view word, std::int64_t count) const {
    if (count < 1) throw UsageError("the number of terms must be at least 1");
    const auto& latent = data_->ranker.latent;
    const auto terms = data_->query(word).terms;
    std::int32_t own = -1;
    for (const auto& [term, times] : terms) {
        if (latent && own < 0) own = latent->latent_rows[static_cast<std::size_t>(term)];
    }
    if (own < 0) {
        throw UnknownIdError("'" + std::string(word) +
                             "' is not a term of the latent space, which holds the words of at least two documents");
    }
    // Terms are near as rows of V S: by what the documents that they are in have in common.
    const auto& vectors = latent->term_vectors;
    const auto singular_values = data_->open.files().singular_values();
    const Eigen::ArrayXf weights =
        Eigen::Map<const Eigen::ArrayXd>(singular_values.data(), latent->rank).square().cast<float>();
    const Eigen::VectorXf direction = (vectors.row(own).transpose().array() * weights).matrix();
    std::vector<float> scores(static_cast<std::size_t>(vectors.rows()));
    parallel_blocks(vectors.rows(), term_block, [&](Range range) {
        for (auto row = range.begin; row < range.end; ++row) {
            const float length = std::sqrt((vectors.row(row).transpose().array().square() * weights).sum());
            const float score = length > 0 ? vectors.row(row).dot(direction.transpose()) / length : 0;
            scores[static_cast<std::size_t>(row)] = row == own ? -std::numeric_limits<float>::infinity() : score;
        }
    });
    const float length = std::sqrt((vectors.row(own).transpose().array().square() * weights).sum());
    if (!(length > 0)) return {};
    std::vector<std::int32_t> term_of(scores.size());
    for (std::size_t term = 0; term < latent->latent_rows.size(); ++term) {
        const std::int32_t row = latent->latent_rows[term];
        if (row >= 0) term_of[static_cast<std::size_t>(row)] = static_cast<std::int32_t>(term);
    }
    std::vector<TermNeighbor> result;
    for (const auto& top : top_k<float>(scores, static_cast<std::size_t>(count))) {
        result.push_back({std::string(data_->open.vocabulary().term(term_of[static_cast<std::size_t>(top.index)])),
                          static_cast<double>(top.score / length)});
    }
    return result;
}

Snippet Index::snippet(const Hit& hit, std::string_view query, std::size_t width) const {
    const RankedQuery ranked = data_->query(query);
    std::string_view text = data_->open.files().text(static_cast<std::int64_t>(data_->checked_row(hit)));
    text = text.substr(0, character_boundary(text, std::min(text.size(), snippet_text)));
    const TokenList terms = analyzed(text, data_->open.language_of(data_->open.catalog().entry(hit.row)));

    const TermRelevance by_words = data_->lexical_relevance(ranked);
    const TermRelevance by_meaning = data_->latent_relevance(ranked);
    double strongest = 0;
    bool has_words = false;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        has_words = has_words || by_words(terms[i]) > 0;
        strongest = std::max(strongest, by_meaning(terms[i]));
    }
    if (has_words) return best_passage(text, terms, by_words, std::numeric_limits<double>::min(), width);
    const double mark = strongest > 0 ? strong_term * strongest : std::numeric_limits<double>::infinity();
    return best_passage(text, terms, by_meaning, mark, width);
}

Explanation Index::explain(const Hit& hit, std::string_view query, const SearchOptions& options) const {
    const RankedQuery ranked = data_->query(query);
    const Ranker& ranker = data_->ranker;
    const Scores scores = data_->scores(ranked, options);
    const std::size_t row = data_->checked_row(hit);
    Explanation explanation;
    explanation.score = std::isfinite(scores.values[row]) ? static_cast<double>(scores.values[row]) : 0;
    explanation.latent_weight = scores.latent_weight;

    // The latent part is linear in the query: scale * d . (q / |q| + feedback) / |q / |q| + feedback| for unit d.
    Eigen::VectorXf document;
    double latent_factor = 0;
    if (scores.latent_scale > 0 && ranker.latent->document_lengths[row] > 0) {
        document = ranker.latent->document_vectors.row(hit.row).transpose() / ranker.latent->document_lengths[row];
        Eigen::VectorXf whole = scores.query;
        if (scores.feedback.size() > 0) whole += scores.feedback;
        latent_factor = scores.latent_scale / static_cast<double>(whole.norm());
        if (scores.feedback.size() > 0) {
            explanation.feedback = latent_factor * static_cast<double>(document.dot(scores.feedback));
        }
    }
    double query_length = 0;
    if (latent_factor > 0) {
        Eigen::VectorXf sum = Eigen::VectorXf::Zero(ranker.latent->rank);
        for (const auto& [term, count] : ranked.terms) {
            const std::int32_t v = ranker.latent->latent_rows[static_cast<std::size_t>(term)];
            if (v >= 0) {
                sum += static_cast<float>(folded_weight(*ranker.latent, v, count)) *
                       ranker.latent->term_vectors.row(v).transpose();
            }
        }
        query_length = static_cast<double>(sum.norm());
    }
    for (const auto& [term, count] : ranked.terms) {
        TermContribution contribution{std::string(data_->open.vocabulary().term(term))};
        contribution.lexical = scores.lexical_scale * bm25_contribution(ranker.lexical, term, count, hit.row);
        const std::int32_t v = latent_factor > 0 ? ranker.latent->latent_rows[static_cast<std::size_t>(term)] : -1;
        if (v >= 0 && query_length > 0) {
            const double projection = static_cast<double>(ranker.latent->term_vectors.row(v).dot(document.transpose()));
            contribution.latent = latent_factor * folded_weight(*ranker.latent, v, count) * projection / query_length;
        }
        explanation.lexical += contribution.lexical;
        explanation.latent += contribution.latent;
        explanation.terms.push_back(std::move(contribution));
    }
    explanation.latent += explanation.feedback;
    std::stable_sort(explanation.terms.begin(), explanation.terms.end(), [](const auto& a, const auto& b) {
        return std::abs(a.lexical + a.latent) > std::abs(b.lexical + b.latent);
    });
    return explanation;
}

}  // namespace eckart::text
