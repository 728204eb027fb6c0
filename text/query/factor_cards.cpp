#include "text/query/factor_cards.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "text/query/factors.h"
#include "text/query/spellings.h"
#include "text/store/open_index.h"
#include "text/words/analyzer.h"

namespace eckart::text {
namespace {

constexpr std::size_t spelled_text = 1 << 16;  // bytes of a long document that are looked through for words

double squared_norm(const OpenIndex& open) {
    try {
        return nlohmann::json::parse(open.store().manifest_json()).at("certificate").at("squared_norm").get<double>();
    } catch (const nlohmann::json::exception&) {
        throw DamagedError(open.store().path() + ": found no energy in its manifest; make the index again");
    }
}

/// One end: rows of V and of X V, with their entries in that column.
FactorEnd factor_end(const OpenIndex& open, Eigen::Index column, std::span<const std::int32_t> terms,
                     std::span<const std::int32_t> rows, std::span<const std::int32_t> documents) {
    const LatentView latent = open.files().latent();
    FactorEnd end;
    Spellings spellings;
    for (const std::int32_t row : documents) {
        CatalogEntry entry = open.catalog().entry(row);
        const std::string text = entry.title + "\n" + std::string(open.files().text(row).substr(0, spelled_text));
        spellings.add(text, analyzed(text, open.language_of(entry)));
        const auto weight = static_cast<double>(latent.document_vectors(row, column));
        end.documents.push_back({std::move(entry.id), std::move(entry.title), weight});
    }
    for (const std::int32_t row : rows) {
        const std::string_view term = open.vocabulary().term(terms[static_cast<std::size_t>(row)]);
        const auto weight = static_cast<double>(latent.term_vectors(row, column));
        end.terms.push_back({std::string(term), spellings.of(term), weight});
    }
    return end;
}

}  // namespace

std::vector<FactorCard> factor_cards(const std::string& path, const FactorCardOptions& options) {
    if (options.factors < 1) throw UsageError("the number of factors must be at least 1");
    const OpenIndex open(path);
    if (open.manifest().rank == 0) throw UsageError(path + " has no latent space, and so no factors");
    const LatentView latent = open.files().latent();
    const std::int64_t count = std::min(options.factors, latent.rank);
    const double whole = squared_norm(open);
    const auto terms = terms_of_rows(latent.latent_rows, latent.term_vectors.rows());
    const auto term_ends = column_ends(latent.term_vectors, count, options.terms);
    const auto document_ends = column_ends(latent.document_vectors, count, options.documents);
    std::vector<FactorCard> cards;
    for (std::int64_t k = 0; k < count; ++k) {
        const auto at = static_cast<std::size_t>(k);
        const double s = open.files().singular_values()[at];
        cards.push_back({.factor = k + 1,
                         .singular_value = s,
                         .energy = whole > 0 ? s * s / whole : 0,
                         .positive = factor_end(open, k, terms, term_ends[at].positive, document_ends[at].positive),
                         .negative = factor_end(open, k, terms, term_ends[at].negative, document_ends[at].negative)});
    }
    return cards;
}

}  // namespace eckart::text
