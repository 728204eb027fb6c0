#include "text/query/index.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/top_k.h"
#include "text/query/factors.h"
#include "text/query/highlights.h"
#include "text/query/latent_words.h"
#include "text/query/query_reading.h"
#include "text/query/query_words.h"
#include "text/query/top_groups.h"
#include "text/ranking/document_set.h"
#include "text/ranking/ranker.h"
#include "text/store/open_index.h"
#include "text/words/analyzer.h"

namespace eckart::text {
namespace {

constexpr std::size_t snippet_text = 1 << 17;  // bytes of a long document that are searched for a snippet
constexpr std::size_t similar_terms = 25;      // terms of a document that stand for it in words
constexpr std::int64_t term_block = 4096;
constexpr std::size_t least_candidates = 1000;  // where not all vectors are read: documents that are scored, at least,
constexpr std::size_t candidates_a_hit = 10;    // and for each hit

void check(const SearchOptions& options) {
    if (options.count < 1) throw UsageError("the number of hits must be at least 1");
    if (options.latent_weight && !(*options.latent_weight >= 0 && *options.latent_weight <= 1)) {
        throw UsageError("the latent weight must lie between 0 and 1");
    }
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

    Language query_language(std::string_view query, std::string_view option) const;
    QueryWords words(std::string_view text, std::string_view query, const SearchOptions& options) const;
    RankedQuery query(std::string_view text) const;
    ReadQuery read(std::string_view query, const SearchOptions& options) const;
    WeightedTerms strongest_terms(std::int64_t row) const;
    std::size_t checked_row(const Hit& hit) const;
    std::vector<Hit> hits(const Best& best, const SearchOptions& options, std::int64_t left_out,
                          const DocumentSet* allowed = nullptr) const;
    std::vector<std::string> matching_copies(std::int32_t row, std::int64_t left_out, const DocumentSet* allowed) const;
    DocumentSet matching(const ReadQuery& query) const;
    std::vector<Hit> search(const ReadQuery& query, const SearchOptions& options) const;
    std::optional<LatentCandidates> candidates(const SearchOptions& options) const;
    std::optional<double> weight(const ReadQuery& query, const SearchOptions& options) const;
    Scores scores(const ReadQuery& query, const SearchOptions& options) const;

    OpenIndex open;
    std::vector<float> saturations;
    Ranker ranker;
    IndexInfo info;
};

/// The language that was asked for; or that of the collection, unless the query is surely in another one of its
/// languages.
Language Index::Data::query_language(std::string_view query, std::string_view option) const {
    if (option != "auto") {
        require_known_language(option);
        return LanguageChoice(option).fixed();
    }
    const LanguageChoice choice(open.manifest().language);
    if (!choice.is_detected()) return choice.fixed();
    const Language majority(open.manifest().majority_language);
    const auto& languages = open.manifest().languages;
    if (languages.size() < 2) return majority;
    const Language detected = detect_language(query);
    const bool known = std::find(languages.begin(), languages.end(), detected.code()) != languages.end();
    return !detected.empty() && known ? detected : majority;
}

/// The words of `text` in the language of the query that they are in.
QueryWords Index::Data::words(std::string_view text, std::string_view query, const SearchOptions& options) const {
    return query_words(open, text, query_language(query, options.language));
}

/// The ranking of words without operators.
RankedQuery Index::Data::query(std::string_view text) const {
    std::vector<JointTerm> found = words(text, text, {}).words;
    WeightedTerms terms = latent_terms_of(found);
    return ranked_query(ranker, std::move(found), std::move(terms));
}

ReadQuery Index::Data::read(std::string_view query, const SearchOptions& options) const {
    const QueryContext context = {
        .index = open,
        .ranker = ranker,
        .words_of = [&](std::string_view text, std::string_view whole) { return words(text, whole, options); },
        .strongest_terms = [this](std::int64_t row) { return strongest_terms(row); },
        .by_meaning = options.mode == Mode::latent || options.mode == Mode::autoencoder};
    return read_query(context, query, {options.more, options.less});
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

/// The hits among what `best` ranks.
std::vector<Hit> Index::Data::hits(const Best& best, const SearchOptions& options, std::int64_t left_out,
                                   const DocumentSet* allowed) const {
    const auto count = static_cast<std::size_t>(options.count);
    const auto ranked = options.fold_copies ? top_groups(best, count, open.files().copies(), left_out)
                                            : best(left_out < 0 ? count : count + 1);
    std::vector<Hit> result;
    for (const auto& top : ranked) {
        if (top.index == left_out || result.size() == count) continue;
        CatalogEntry entry = open.catalog().entry(top.index);
        Hit hit{top.index, std::move(entry.id), std::move(entry.title), static_cast<double>(top.score)};
        hit.path = open.files().fields().value(Field::path, top.index);
        if (options.fold_copies) hit.copies = matching_copies(top.index, left_out, allowed);
        result.push_back(std::move(hit));
    }
    return result;
}

/// Ids of the copies of a document that are allowed.
std::vector<std::string> Index::Data::matching_copies(std::int32_t row, std::int64_t left_out,
                                                      const DocumentSet* allowed) const {
    std::vector<std::string> ids;
    for (const std::int32_t copy : open.files().copies().copies(row)) {
        if (copy == left_out || (allowed != nullptr && !allowed->contains(copy))) continue;
        ids.push_back(open.catalog().entry(copy).id);
    }
    return ids;
}

/// The documents in which what must hold does; where nothing must, those that have a word of the query.
DocumentSet Index::Data::matching(const ReadQuery& query) const {
    if (query.allowed && query.lists_allowed) return *query.allowed;
    DocumentSet documents(info.documents);
    for (const JointTerm& word : query.ranked.words) {
        for (const std::int32_t row : occurrences(ranker.lexical, word).documents) {
            if (row >= 0 && row < info.documents) documents.add(row);
        }
    }
    if (query.allowed) documents &= *query.allowed;
    return documents;
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

/// What is like a document has its words; that is no sign that words should decide.
std::optional<double> Index::Data::weight(const ReadQuery& query, const SearchOptions& options) const {
    return query.only_like ? options.latent_weight.value_or(ranker.latent_weight) : options.latent_weight;
}

/// Scores of all documents, or of those that the inverted file finds.
Scores Index::Data::scores(const ReadQuery& query, const SearchOptions& options) const {
    const auto how = candidates(options);
    return score_documents(ranker, query.ranked, options.mode, weight(query, options), how ? &*how : nullptr,
                           query.allowed_or_all());
}

std::vector<Hit> Index::Data::search(const ReadQuery& query, const SearchOptions& options) const {
    const bool ranks = !query.ranked.words.empty() || !query.ranked.folded.empty;
    if (!ranks && !query.lists_allowed) return {};
    const DocumentSet* allowed = query.allowed_or_all();
    if (!query.lists_allowed) {
        const auto how = candidates(options);
        const auto best = [&](std::size_t n) {
            return leading_documents(ranker, query.ranked, options.mode, n, weight(query, options),
                                     how ? &*how : nullptr, allowed)
                .leading;
        };
        return hits(best, options, -1, allowed);
    }
    std::vector<float> values = ranks ? scores(query, options).values : std::vector<float>{};
    values.resize(static_cast<std::size_t>(info.documents), -std::numeric_limits<float>::infinity());
    float least = 0;
    for (const float score : values) least = std::isfinite(score) ? std::min(least, score) : least;
    for (const std::int32_t row : allowed->documents()) {
        float& score = values[static_cast<std::size_t>(row)];
        if (!std::isfinite(score)) score = least;
    }
    return hits([&](std::size_t n) { return top_k<float>(values, n); }, options, -1, allowed);
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
    check(options);
    return data_->search(data_->read(query, options), options);
}

SearchAnswer Index::answer(std::string_view query, const SearchOptions& options, bool corrects) const {
    check(options);
    ReadQuery read = data_->read(query, options);
    SearchAnswer answer{data_->search(read, options), std::move(read.notes)};
    if (!corrects) return answer;
    if (const auto corrected = corrected_query(data_->open, query)) {
        answer.notes.push_back({"did-you-mean", "did you mean: " + *corrected});
    }
    return answer;
}

Notes Index::notes(std::string_view query, const SearchOptions& options) const {
    return data_->read(query, options).notes;
}

std::vector<Facet> Index::facets(std::string_view query, std::span<const std::string> names,
                                 const SearchOptions& options) const {
    return counted_facets(data_->open.files().fields(), data_->matching(data_->read(query, options)), names);
}

StoredDocument Index::document(std::string_view id) const {
    const std::int64_t row = data_->open.catalog().row_of(id);
    CatalogEntry entry = data_->open.catalog().entry(row);
    const FieldColumns& fields = data_->open.files().fields();
    StoredDocument document;
    document.document = std::move(entry.id);
    document.title = std::move(entry.title);
    document.path = fields.value(Field::path, row);
    document.folder = fields.value(Field::folder, row);
    document.type = fields.value(Field::type, row);
    document.language = fields.value(Field::language, row);
    document.sender = fields.value(Field::sender, row);
    const std::int64_t date = fields.dates()[static_cast<std::size_t>(row)];
    if (date != no_date) document.date = date;
    for (const std::int32_t copy : data_->open.files().copies().copies(static_cast<std::int32_t>(row))) {
        document.copies.push_back(data_->open.catalog().entry(copy).id);
    }
    document.text = data_->open.files().text(row);
    return document;
}

bool Index::contains(std::string_view document) const {
    return data_->open.catalog().find(document).has_value();
}

std::vector<Hit> Index::similar(std::string_view document, const SearchOptions& options) const {
    check(options);
    const std::int64_t row = data_->open.catalog().row_of(document);
    RankedQuery query = ranked_query(data_->ranker, data_->strongest_terms(row));
    if (const auto& latent = data_->ranker.latent) {
        query.folded.vector = latent->document_vectors.row(row).transpose();
        query.folded.empty = !(query.folded.vector.norm() > 0);
    }
    if (const auto& code = data_->ranker.code) query.code = code->document_codes.row(row).transpose();
    if (query.terms.empty() && query.folded.empty) return {};
    // The document itself stands out among those that have its words; that is no sign that words should decide.
    const double weight = options.latent_weight.value_or(data_->ranker.latent_weight);
    const auto how = data_->candidates(options);
    const auto best = [&](std::size_t n) {
        return leading_documents(data_->ranker, query, options.mode, n, weight, how ? &*how : nullptr).leading;
    };
    return data_->hits(best, options, row);
}

std::vector<TermNeighbor> Index::nearest_terms(std::string_view word, std::int64_t count) const {
    if (count < 1) throw UsageError("the number of terms must be at least 1");
    const auto& latent = data_->ranker.latent;
    if (!latent) throw UsageError("the index has no latent space, so no term is near another one");
    const auto terms = data_->query(word).terms;
    std::int32_t own = -1;
    float most = 0;
    for (const auto& [term, weight] : terms) {
        const std::int32_t row = latent->latent_rows[static_cast<std::size_t>(term)];
        if (row < 0 || !(weight > most)) continue;
        own = row;
        most = weight;
    }
    if (own < 0) throw UnknownIdError(why_not_latent(data_->open, word, data_->words(word, word, {})));
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
    const std::vector<std::int32_t> term_of = terms_of_rows(latent->latent_rows, vectors.rows());
    std::vector<TermNeighbor> result;
    for (const auto& top : top_k<float>(scores, static_cast<std::size_t>(count))) {
        result.push_back({std::string(data_->open.vocabulary().term(term_of[static_cast<std::size_t>(top.index)])),
                          static_cast<double>(top.score / length)});
    }
    return result;
}

Snippet Index::snippet(const Hit& hit, std::string_view query, std::size_t width, const SearchOptions& options) const {
    return std::move(snippets(std::span(&hit, 1), query, width, options).front());
}

std::vector<Snippet> Index::snippets(std::span<const Hit> hits, std::string_view query, std::size_t width,
                                     const SearchOptions& options) const {
    RankedQuery ranked = data_->read(query, options).ranked;
    if (options.mode == Mode::lexical) ranked.folded = {};
    const OpenIndex& open = data_->open;
    std::vector<Snippet> found;
    for (const Hit& hit : hits) {
        const std::string_view text = open.files().text(static_cast<std::int64_t>(data_->checked_row(hit)));
        const std::string_view begin = beginning(text, snippet_text);
        WordMatcher matcher(open, ranked.words, open.language_of(open.catalog().entry(hit.row)));
        const RatedWords words = rated_words(data_->ranker, ranked, matcher, open.vocabulary(), begin);
        found.push_back(
            best_passage(begin, words.words, words.relevance, {.width = width, .goes_on = begin.size() < text.size()}));
    }
    return found;
}

Explanation Index::explain(const Hit& hit, std::string_view query, const SearchOptions& options) const {
    return explain(std::span(&hit, 1), query, options).front();
}

std::vector<Explanation> Index::explain(std::span<const Hit> hits, std::string_view query,
                                        const SearchOptions& options) const {
    if (options.mode == Mode::autoencoder) {
        throw UsageError("a score by an autoencoder has no explanation: a code is not a sum over words");
    }
    std::vector<std::int32_t> rows;
    for (const Hit& hit : hits) rows.push_back(static_cast<std::int32_t>(data_->checked_row(hit)));
    const ReadQuery read = data_->read(query, options);
    const Scores scores = data_->scores(read, options);
    return explanations({data_->open, data_->ranker, read.ranked, scores}, rows);
}

}  // namespace eckart::text
