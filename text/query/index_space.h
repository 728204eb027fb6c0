#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/storage/catalog.h"
#include "text/terms/document_source.h"

namespace eckart::text {

/// The latent space of an index as data: the vectors of its documents and terms, for what looks at all of them
/// (clustering, maps), and the words that they were made of. Open for reading: mapped, immutable, pinned to the
/// generation that was live when it was opened. Members may be called from several threads at once.
class IndexSpace {
  public:
    /// Throws as Index::open, and UsageError if the index has no latent space.
    static IndexSpace open(const std::string& path);

    IndexSpace(IndexSpace&&) noexcept;
    IndexSpace& operator=(IndexSpace&&) noexcept;
    ~IndexSpace();

    /// Checksum of V: vectors of two spaces have nothing to do with each other, whatever their width.
    std::string fingerprint() const;

    const Catalog& documents() const;                      ///< in the order of their ids
    std::span<const std::int32_t> copies() const;          ///< by row: the row of the document that stands for it
    ConstMatrixMap document_vectors() const;               ///< X V, documents x k; a row of zeros: no latent term in it
    std::optional<ConstMatrixMap> document_codes() const;  ///< documents x k; nothing: the index was not encoded
    std::string code_fingerprint() const;                  ///< as `fingerprint`, of the codes; empty if there are none
    DenseMatrix term_vectors() const;                      ///< V S, latent terms x k: near as `terms` ranks them
    std::string_view latent_term(std::int64_t row) const;  ///< the term of a row of V

    CsrView postings() const;                       ///< all terms x documents, counts
    std::string_view term(std::int64_t row) const;  ///< the term of a row of `postings`

    /// X V for documents that need not be in the index (ids are not looked at): each is analyzed and weighted as the
    /// index's own, words that the index does not know are skipped, and a document of the index gets its own row
    /// again, to roundoff. A row of zeros: no latent term in it. In parallel.
    DenseMatrix folded(std::span<const SourceDocument> documents) const;

    /// The word that stands for a term (row of `postings`) in most of the given documents, as they spell it in small
    /// letters: "computer" for "comput". The term itself if none of them has it. Reads the texts.
    std::string readable(std::int64_t term, std::span<const std::int32_t> documents) const;

  private:
    struct Data;
    explicit IndexSpace(std::unique_ptr<Data> data);
    std::unique_ptr<Data> data_;
};

}  // namespace eckart::text
