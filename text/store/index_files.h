#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/autoencoder/stored_autoencoder.h"
#include "engine/neighbors/scan_codes.h"
#include "engine/neighbors/stored_inverted_file.h"
#include "engine/storage/catalog.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "text/ranking/blend.h"
#include "text/ranking/bm25.h"
#include "text/ranking/code_space.h"
#include "text/ranking/form_postings.h"
#include "text/ranking/latent_space.h"
#include "text/store/copy_groups.h"
#include "text/store/field_columns.h"
#include "text/terms/vocabulary.h"
#include "text/words/language.h"

namespace eckart::text {

/// First part of the names of the arrays of an index's autoencoder.
inline constexpr const char* code_prefix = "code";

/// First part of the names of the codes of the document vectors.
inline constexpr const char* scan_prefix = "document";

inline constexpr std::string_view index_kind = "text-index";

/// Version of the files of an index and of what they mean; an index of another version is refused.
inline constexpr std::int64_t index_version = 2;

/// The names of an index's files; text/README.md says what is in each.
namespace index_file {
inline constexpr std::string_view term_bytes = "term_bytes.npy";
inline constexpr std::string_view term_offsets = "term_offsets.npy";
inline constexpr std::string_view form_bytes = "form_bytes.npy";
inline constexpr std::string_view form_offsets = "form_offsets.npy";
inline constexpr std::string_view form_documents = "form_documents.npy";
inline constexpr std::string_view form_document_offsets = "form_document_offsets.npy";
inline constexpr std::string_view form_positions = "form_positions.npy";
inline constexpr std::string_view form_position_offsets = "form_position_offsets.npy";
inline constexpr std::string_view marked_forms = "marked_forms.npy";
inline constexpr std::string_view title_lengths = "title_lengths.npy";
inline constexpr std::string_view document_languages = "document_languages.npy";
inline constexpr std::string_view posting_offsets = "posting_offsets.npy";
inline constexpr std::string_view posting_documents = "posting_documents.npy";
inline constexpr std::string_view posting_counts = "posting_counts.npy";
inline constexpr std::string_view posting_block_maxima = "posting_block_maxima.npy";
inline constexpr std::string_view token_counts = "token_counts.npy";
inline constexpr std::string_view latent_rows = "latent_rows.npy";
inline constexpr std::string_view global_weights = "global_weights.npy";
inline constexpr std::string_view term_vectors = "term_vectors.npy";
inline constexpr std::string_view singular_values = "singular_values.npy";
inline constexpr std::string_view residuals = "residuals.npy";
inline constexpr std::string_view document_vectors = "document_vectors.npy";
inline constexpr std::string_view document_lengths = "document_lengths.npy";
inline constexpr std::string_view code_vectors = "code_vectors.npy";
inline constexpr std::string_view code_lengths = "code_lengths.npy";
inline constexpr std::string_view text = "text.npy";
inline constexpr std::string_view text_offsets = "text_offsets.npy";
inline constexpr std::string_view field_bytes = "field_bytes.npy";
inline constexpr std::string_view field_offsets = "field_offsets.npy";
inline constexpr std::string_view document_dates = "document_dates.npy";
inline constexpr std::string_view copies = "copies.npy";
inline constexpr std::string_view catalog = "catalog.sqlite";
}  // namespace index_file

/// The members of an index's manifest that searching needs.
struct IndexManifest {
    std::int64_t documents = 0;
    std::int64_t terms = 0;
    std::int64_t forms = 0;
    std::int64_t latent_terms = 0;
    std::int64_t nonzeros = 0;
    std::int64_t rank = 0;    ///< dimensions in use; 0: there is no latent space
    std::int64_t probes = 0;  ///< cells of the inverted file that a query looks into; 0: there is none
    std::optional<AutoencoderLayers> code = {};  ///< of the autoencoder that the index was encoded by; nothing: none
    Weighting weighting;
    Bm25Options bm25;
    Blend blend;
    std::string language;                 ///< as the index was asked for: "auto", "none" or a code
    std::string majority_language;        ///< of most documents; empty if none was detected
    std::vector<Language> all_languages;  ///< that a document was analyzed in, by code; none, if one has no language
    std::vector<std::string> languages;   ///< those of at least one document in fifty
};

/// Throws DamagedError if the index is of another version, or a member is missing or is not of its type.
IndexManifest parse_index_manifest(const std::string& json);

/// All arrays of an index, mapped. Invariant: their shapes fit the manifest and each other.
class IndexFiles {
  public:
    /// Throws DamagedError, naming the file, if the invariant does not hold.
    explicit IndexFiles(const StoreReader& store);

    const IndexManifest& manifest() const { return manifest_; }
    Vocabulary vocabulary() const;
    Vocabulary forms() const;
    FormPostings form_postings() const;
    /// Forms with optional marks, by their bare forms; see `forms_of_bare`.
    std::span<const std::int32_t> marked_forms() const { return marked_forms_.values(); }
    /// Words of each document's title.
    std::span<const std::int32_t> title_lengths() const { return title_lengths_.values(); }
    /// The language that each document was analyzed in, as a number of `manifest().all_languages`.
    std::span<const std::uint8_t> document_languages() const { return document_languages_.values(); }
    Bm25View lexical(std::span<const float> saturation) const;
    LatentView latent() const;
    /// Nothing: there is no inverted file of the document vectors.
    const std::optional<StoredInvertedFile>& neighbors() const { return neighbors_; }
    /// Nothing: the index was not encoded.
    std::optional<CodeView> code() const;
    CsrView postings() const;
    std::span<const double> singular_values() const { return singular_values_.values(); }
    std::span<const float> token_counts() const { return token_counts_.values(); }
    const FieldColumns& fields() const { return fields_; }
    const CopyGroups& copies() const { return copies_; }
    /// The text of a document, as it was read.
    std::string_view text(std::int64_t document) const;

  private:
    IndexManifest manifest_;
    MappedArray<std::uint8_t> term_bytes_;
    MappedArray<std::int64_t> term_offsets_;
    MappedArray<std::uint8_t> form_bytes_;
    MappedArray<std::int64_t> form_offsets_;
    MappedArray<std::uint8_t> form_documents_;
    MappedArray<std::int64_t> form_document_offsets_;
    MappedArray<std::uint8_t> form_positions_;
    MappedArray<std::int64_t> form_position_offsets_;
    MappedArray<std::int32_t> marked_forms_;
    MappedArray<std::int32_t> title_lengths_;
    MappedArray<std::uint8_t> document_languages_;
    MappedArray<std::int64_t> posting_offsets_;
    MappedArray<std::int32_t> posting_documents_;
    MappedArray<float> posting_counts_;
    MappedArray<float> posting_block_maxima_;
    MappedArray<float> token_counts_;
    MappedArray<std::int32_t> latent_rows_;
    MappedArray<float> global_weights_;
    MappedArray<float> term_vectors_;
    MappedArray<double> singular_values_;
    MappedArray<float> document_vectors_;
    MappedArray<float> document_lengths_;
    std::optional<StoredScanCodes> document_codes_;
    std::optional<StoredInvertedFile> neighbors_;
    std::optional<StoredAutoencoder> network_;
    MappedArray<float> code_vectors_;
    MappedArray<float> code_lengths_;
    MappedArray<std::uint8_t> text_;
    MappedArray<std::int64_t> text_offsets_;
    FieldColumns fields_;
    CopyGroups copies_;
};

}  // namespace eckart::text
