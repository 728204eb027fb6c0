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
#include "text/ranking/latent_space.h"
#include "text/terms/vocabulary.h"

namespace eckart::text {

/// First part of the names of the arrays of an index's autoencoder.
inline constexpr const char* code_prefix = "code";

/// First part of the names of the codes of the document vectors.
inline constexpr const char* scan_prefix = "document";

inline constexpr std::string_view index_kind = "text-index";

/// The names of an index's files; text/README.md says what is in each.
namespace index_file {
inline constexpr std::string_view term_bytes = "term_bytes.npy";
inline constexpr std::string_view term_offsets = "term_offsets.npy";
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
inline constexpr std::string_view catalog = "catalog.sqlite";
}  // namespace index_file

/// The members of an index's manifest that searching needs.
struct IndexManifest {
    std::int64_t documents = 0;
    std::int64_t terms = 0;
    std::int64_t latent_terms = 0;
    std::int64_t nonzeros = 0;
    std::int64_t rank = 0;    ///< dimensions in use; 0: there is no latent space
    std::int64_t probes = 0;  ///< cells of the inverted file that a query looks into; 0: there is none
    std::optional<AutoencoderLayers> code = {};  ///< of the autoencoder that the index was encoded by; nothing: none
    Weighting weighting;
    Bm25Options bm25;
    Blend blend;
    std::string language;                ///< as the index was asked for: "auto", "none" or a code
    std::string majority_language;       ///< of most documents; empty if none was detected
    std::vector<std::string> languages;  ///< those of at least one document in fifty
};

/// Throws DamagedError if a member is missing or is not of its type.
IndexManifest parse_index_manifest(const std::string& json);

/// All arrays of an index, mapped. Invariant: their shapes fit the manifest and each other.
class IndexFiles {
  public:
    /// Throws DamagedError, naming the file, if the invariant does not hold.
    explicit IndexFiles(const StoreReader& store);

    const IndexManifest& manifest() const { return manifest_; }
    Vocabulary vocabulary() const;
    Bm25View lexical(std::span<const float> saturation) const;
    LatentView latent() const;
    /// Nothing: there is no inverted file of the document vectors.
    const std::optional<StoredInvertedFile>& neighbors() const { return neighbors_; }
    /// Nothing: the index was not encoded.
    std::optional<CodeView> code() const;
    CsrView postings() const;
    std::span<const double> singular_values() const { return singular_values_.values(); }
    std::span<const float> token_counts() const { return token_counts_.values(); }
    /// The text of a document, as it was read.
    std::string_view text(std::int64_t document) const;

  private:
    IndexManifest manifest_;
    MappedArray<std::uint8_t> term_bytes_;
    MappedArray<std::int64_t> term_offsets_;
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
};

}  // namespace eckart::text
