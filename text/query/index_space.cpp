#include "text/query/index_space.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "engine/matrix/products.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "text/query/factors.h"
#include "text/store/open_index.h"
#include "text/words/analyzer.h"

namespace eckart::text {
namespace {

constexpr std::int64_t projected_documents = 64;
constexpr std::int64_t compared_terms = 4096;
constexpr std::size_t readable_text = 1 << 16;  // bytes of a long document that are looked through for a word

}  // namespace

struct IndexSpace::Data {
    explicit Data(const std::string& path) : open(path) {
        if (open.manifest().rank == 0) {
            throw UsageError(path + " has no latent space, so its documents and terms have no vectors");
        }
        latent_terms = terms_of_rows(open.files().latent().latent_rows, open.manifest().latent_terms);
    }

    std::string checksum_of(std::string_view file) const;
    Language language_of(const SourceDocument& document) const;
    std::vector<std::pair<std::int32_t, float>> latent_counts(const SourceDocument& document) const;

    OpenIndex open;
    std::vector<std::int32_t> latent_terms;  ///< term of each row of V
};

/// Empty if there is no such file.
std::string IndexSpace::Data::checksum_of(std::string_view file) const {
    const auto& stored = open.store().files();
    const auto found =
        std::find_if(stored.begin(), stored.end(), [&](const StoredFile& entry) { return entry.name == file; });
    return found == stored.end() ? "" : found->summary.checksum;
}

/// The language in which the document would have been analyzed: its own, unless that is in doubt and none of the
/// collection's, or that of most documents.
Language IndexSpace::Data::language_of(const SourceDocument& document) const {
    const LanguageChoice choice(open.manifest().language);
    if (!choice.is_detected()) return choice.fixed();
    const std::string start = document.title.empty() ? "" : document.title + "\n";
    const Detection own = detect_with_doubt(start + document.text.substr(0, language_sample));
    const auto& known = open.manifest().languages;
    const bool stands = own.sure || std::find(known.begin(), known.end(), own.language.code()) != known.end();
    return stands && !own.language.empty() ? own.language : Language(open.manifest().majority_language);
}

/// Rows of V, rising, and how often the document has their terms.
std::vector<std::pair<std::int32_t, float>> IndexSpace::Data::latent_counts(const SourceDocument& document) const {
    const auto latent_rows = open.files().latent().latent_rows;
    std::vector<std::pair<std::int32_t, float>> counts;
    for (const auto& [term, count] :
         open.counted(analyzed(document.title + "\n" + document.text, language_of(document)))) {
        const std::int32_t row = latent_rows[static_cast<std::size_t>(term)];
        if (row >= 0) counts.emplace_back(row, count);
    }
    return counts;
}

IndexSpace::IndexSpace(std::unique_ptr<Data> data) : data_(std::move(data)) {}
IndexSpace::IndexSpace(IndexSpace&&) noexcept = default;
IndexSpace& IndexSpace::operator=(IndexSpace&&) noexcept = default;
IndexSpace::~IndexSpace() = default;

IndexSpace IndexSpace::open(const std::string& path) {
    return IndexSpace(std::make_unique<Data>(path));
}

std::string IndexSpace::fingerprint() const {
    return data_->checksum_of(index_file::term_vectors);
}

std::string IndexSpace::code_fingerprint() const {
    return data_->checksum_of(index_file::code_vectors);
}

std::optional<ConstMatrixMap> IndexSpace::document_codes() const {
    const auto code = data_->open.files().code();
    if (!code) return {};
    return std::optional<ConstMatrixMap>(code->document_codes);
}

const Catalog& IndexSpace::documents() const {
    return data_->open.catalog();
}

std::span<const std::int32_t> IndexSpace::copies() const {
    return data_->open.files().copies().representatives();
}

ConstMatrixMap IndexSpace::document_vectors() const {
    return data_->open.files().latent().document_vectors;
}

DenseMatrix IndexSpace::term_vectors() const {
    const ConstMatrixMap v = data_->open.files().latent().term_vectors;
    const auto s = data_->open.files().singular_values();
    const Eigen::ArrayXf scale = Eigen::Map<const Eigen::ArrayXd>(s.data(), v.cols()).cast<float>();
    DenseMatrix vectors(v.rows(), v.cols());
    parallel_blocks(v.rows(), compared_terms, [&](Range rows) {
        for (auto row = rows.begin; row < rows.end; ++row) {
            vectors.row(row) = (v.row(row).array() * scale.transpose()).matrix();
        }
    });
    return vectors;
}

std::string_view IndexSpace::latent_term(std::int64_t row) const {
    return term(data_->latent_terms.at(static_cast<std::size_t>(row)));
}

CsrView IndexSpace::postings() const {
    return data_->open.files().postings();
}

std::string_view IndexSpace::term(std::int64_t row) const {
    return data_->open.vocabulary().term(static_cast<std::int32_t>(row));
}

DenseMatrix IndexSpace::folded(std::span<const SourceDocument> documents) const {
    const LatentView latent = data_->open.files().latent();
    std::vector<std::vector<std::pair<std::int32_t, float>>> counted(documents.size());
    parallel_blocks(static_cast<std::int64_t>(documents.size()), projected_documents, [&](Range rows) {
        for (auto d = static_cast<std::size_t>(rows.begin); d < static_cast<std::size_t>(rows.end); ++d) {
            counted[d] = data_->latent_counts(documents[d]);
        }
    });
    CsrMatrix x;
    x.rows = static_cast<std::int64_t>(documents.size());
    x.cols = latent.term_vectors.rows();
    for (const auto& counts : counted) {
        for (const auto& [row, count] : counts) {
            x.column_indices.push_back(row);
            x.values.push_back(count);
        }
        x.row_offsets.push_back(static_cast<std::int64_t>(x.values.size()));
    }
    weight_rows(latent.weighting, latent.global_weights, x);
    DenseMatrix vectors(x.rows, latent.term_vectors.cols());
    multiply(x, latent.term_vectors, vectors);
    return vectors;
}

std::string IndexSpace::readable(std::int64_t term, std::span<const std::int32_t> documents) const {
    const std::string_view wanted = this->term(term);
    std::map<std::string, std::int64_t, std::less<>> spellings;
    for (const std::int32_t document : documents) {
        const CatalogEntry entry = data_->open.catalog().entry(document);
        const std::string text =
            entry.title + "\n" + std::string(data_->open.files().text(document).substr(0, readable_text));
        const TokenList terms = analyzed(text, data_->open.language_of(entry));
        std::string_view last;  // a document counts once, with the spelling that it has last
        TokenList word;
        for (std::size_t i = 0; i < terms.size(); ++i) {
            if (terms[i] != wanted) continue;
            const ByteRange at = terms.source(i);
            last = std::string_view(text).substr(at.begin, at.end - at.begin);
        }
        if (!last.empty()) word = analyzed(last, Language());
        if (word.size() == 1) ++spellings[std::string(word[0])];
    }
    const auto most = std::max_element(spellings.begin(), spellings.end(),
                                       [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == spellings.end() ? std::string(wanted) : most->first;
}

}  // namespace eckart::text
