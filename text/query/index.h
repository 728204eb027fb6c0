#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/neighbors/stored_inverted_file.h"
#include "engine/support/note.h"
#include "engine/support/progress.h"
#include "text/query/explanation.h"
#include "text/query/facets.h"
#include "text/query/snippet.h"
#include "text/ranking/search_mode.h"

namespace eckart::text {

/// How documents are ranked, and how many are wanted.
struct SearchOptions {
    Mode mode = Mode::hybrid;
    std::int64_t count = 10;  ///< hits wanted; fewer come back when fewer documents match
    std::optional<double> latent_weight =
        {};  ///< in [0, 1]: in hybrid mode, instead of the weight that the index found for itself
    /// How documents near in meaning are found: automatic, by the inverted file of the index if it has one (see
    /// `Index::neighbor_method`). Lexical mode ignores it.
    NeighborMethod neighbors = NeighborMethod::automatic;
    /// Of the query, which tells what words are left out as too common: "auto", that of the index, or another one of
    /// its languages if the query is surely in it; "none", or a code (see `require_known_language`).
    std::string language = "auto";
    /// Whether the documents of a group of copies are one hit, the best of them; else each is a hit of its own, as
    /// judgements count them.
    bool fold_copies = false;
    std::vector<std::string> more = {};  ///< texts like which documents are wanted, beside the query
    std::vector<std::string> less = {};  ///< texts whose concepts are taken away from it
};

/// One ranked document.
struct Hit {
    std::int32_t row = 0;                  ///< its row in the index's matrices
    std::string document;                  ///< id
    std::string title;                     ///< may be empty
    double score = 0;                      ///< in the scale of the mode; comparable within one answer only
    std::string path = {};                 ///< of the file or the collection that it was read from; empty if not known
    std::vector<std::string> copies = {};  ///< with fold_copies: ids, rising, of its copies that the query allows
};

/// A document of an index with all that is known of it.
struct StoredDocument {
    std::string document;  ///< id
    std::string title;
    std::string path;
    std::string folder;  ///< in its source
    std::string type;
    std::string language;  ///< its code; empty if it was not detected
    std::string sender;
    std::optional<std::int64_t> date;  ///< seconds since 1970
    std::vector<std::string> copies;   ///< ids of its copies, rising
    std::string_view text;             ///< as it was read; lives as long as the index
};

/// What was found for a query.
struct SearchAnswer {
    std::vector<Hit> hits;  ///< best first, ties by id
    Notes notes;            ///< on the query: words that were left out, or are probably mistyped
};

/// A term near another in the latent space.
struct TermNeighbor {
    std::string term;
    double score = 0;  ///< cosine
};

/// What an index holds.
struct IndexInfo {
    std::int64_t documents = 0;
    std::int64_t terms = 0;         ///< in the vocabulary
    std::int64_t latent_terms = 0;  ///< of those, in at least two documents
    std::int64_t nonzeros = 0;      ///< pairs of a document and a term
    std::string description_json;  ///< the whole manifest: options, seed, statistics, certificate, blend and its reason
};

/// An index on disk, open for reading: mapped, immutable, and pinned to the generation that was live when it was
/// opened. All members may be called from several threads at once.
class Index {
  public:
    /// Opens the live generation in milliseconds. Throws InputError if there is no index at `path`, DamagedError if it
    /// is of another version or its files are not those of its manifest.
    static Index open(const std::string& path);

    Index(Index&&) noexcept;
    Index& operator=(Index&&) noexcept;
    ~Index();

    /// Best documents for `query`, in the language of query_parser.h, best first, ties by id. A word finds the
    /// documents that have it in any form, in whatever language (`query_words.h`). A query without a known word has no
    /// hits, and `notes` says why, unless parts of it must hold: then the documents in which they do are hits, those
    /// that the ranking has nothing to say about last. Throws QueryError on a mistake in the query.
    std::vector<Hit> search(std::string_view query, const SearchOptions& options = {}) const;

    /// What a person should know of the answer to `query`: which words are in no document, which were left out, and
    /// why nothing is found.
    Notes notes(std::string_view query, const SearchOptions& options = {}) const;

    /// Both. With `corrects`, the notes have a query with mistyped words corrected, which takes milliseconds.
    SearchAnswer answer(std::string_view query, const SearchOptions& options = {}, bool corrects = true) const;

    /// Counts the values of fields among the documents that match, copies too, the same in every mode: those in which
    /// the parts of the query that must hold do; where there is no such part, those that hold a word of it. Throws
    /// UsageError for a name that is not among facet_names, QueryError as search.
    std::vector<Facet> facets(std::string_view query, std::span<const std::string> names,
                              const SearchOptions& options = {}) const;

    /// The document of that id. Throws UnknownIdError, naming the nearest ids.
    StoredDocument document(std::string_view id) const;

    /// Whether there is a document of that id.
    bool contains(std::string_view document) const;

    /// Documents nearest to `document`, itself left out. Throws UnknownIdError, naming the nearest ids.
    std::vector<Hit> similar(std::string_view document, const SearchOptions& options = {}) const;

    /// Terms nearest to `word` (analyzed as in a query); none if the dimensions in use do not reach it. Throws
    /// UnknownIdError, saying why, if it is not in the latent vocabulary, and UsageError if there is no latent space.
    std::vector<TermNeighbor> nearest_terms(std::string_view word, std::int64_t count = 10) const;

    /// The passage of the hit's document to show for `query`, `width` columns of it, with the words of the query marked
    /// in any form and, unless documents are ranked in lexical mode, those near to it in meaning. Throws UsageError if
    /// the hit is of another index.
    Snippet snippet(const Hit& hit, std::string_view query, std::size_t width = 200,
                    const SearchOptions& options = {}) const;

    /// The same for each of several hits; reads the query once.
    std::vector<Snippet> snippets(std::span<const Hit> hits, std::string_view query, std::size_t width = 200,
                                  const SearchOptions& options = {}) const;

    /// How the hit's score came about; all zero if the mode has nothing to say about its document. Throws UsageError
    /// if the hit is of another index, or in autoencoder mode, since a code is not a sum over words.
    Explanation explain(const Hit& hit, std::string_view query, const SearchOptions& options = {}) const;

    /// The same for each of several hits; scores the query once.
    std::vector<Explanation> explain(std::span<const Hit> hits, std::string_view query,
                                     const SearchOptions& options = {}) const;

    /// The inverted file that the index has: ivf or ivf_pq; exact if it has none, and all vectors are read. Asking for
    /// another one than it has is a UsageError.
    NeighborMethod neighbor_method() const;

    const IndexInfo& info() const;

  private:
    struct Data;
    explicit Index(std::unique_ptr<Data> data);
    std::unique_ptr<Data> data_;
};

}  // namespace eckart::text
