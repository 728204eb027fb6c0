#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "engine/neighbors/stored_inverted_file.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"
#include "text/weighting.h"

namespace eckart::text {

/// A document on its way into an index, in valid or invalid UTF-8.
struct SourceDocument {
    std::string id;
    std::string title;  ///< may be empty
    std::string text;
};

/// Puts the next document into its argument; false at the end. Called by one thread at a time.
using DocumentSource = std::function<bool(SourceDocument&)>;

/// How many dimensions the latent space gets.
struct RankRule {
    enum class Kind {
        automatic,  ///< a tenth of the documents, within [50, 500]; no more than a third of them, or than 160 MB of
                    ///< vectors
        fixed,      ///< `rank`
        energy,     ///< the least that keeps `energy` of the matrix, of at most what automatic may give
        profile     ///< where the profile likelihood of the spectrum is highest, of what automatic gives
    };
    Kind kind = Kind::automatic;
    std::int64_t rank = 0;
    double energy = 0;
};

/// "auto", "profile", "energy:0.3" or a number. Throws UsageError on anything else.
RankRule parse_rank_rule(std::string_view text);

/// What parse_rank_rule reads.
std::string name(const RankRule& rule);

/// How an index is made.
struct IndexOptions {
    RankRule rank;                  ///< of the truncated SVD; cut to what the matrix has
    Weighting weighting;            ///< of the matrix that the SVD is taken of
    std::string language = "auto";  ///< "auto": detected for each document; or a code such as "en"; "none": no stemming
    std::string solver = "auto";    ///< "spectra", "block-krylov" or "auto"
    double tolerance = 1e-2;        ///< on the residuals of the singular triplets, relative to the largest
    std::uint64_t seed = 1;
    /// Whether an inverted file of the document vectors is stored, so that a search by meaning need not read them all;
    /// auto: from 256 MB of vectors on.
    NeighborMethod neighbors = NeighborMethod::automatic;
    MemoryBudget memory;  ///< past it: MemoryError before anything is replaced
};

/// What `index` prints when it is done.
struct IndexSummary {
    std::int64_t documents = 0;
    std::int64_t empty_documents = 0;    ///< without a term; kept, and found by id only
    std::int64_t duplicate_ids = 0;      ///< later documents with the id of an earlier one; left out
    std::int64_t invalid_sequences = 0;  ///< of UTF-8, each replaced by U+FFFD
    std::int64_t terms = 0;
    std::int64_t nonzeros = 0;
    std::int64_t rank = 0;    ///< of the latent space; 0: there is none
    std::string rank_reason;  ///< why that rank, in one line
    double energy = 0;        ///< sum s^2 / ||X||^2
    double max_residual = 0;  ///< of the certificate
    std::string blend;        ///< the hybrid weight that was found and its reason, in one line
    std::string neighbors;    ///< the inverted file that was stored and how well it does, in one line; empty: none
    std::string svd_note;     ///< what the SVD did otherwise than asked; empty if nothing
    double seconds = 0;
    std::uint64_t peak_memory = 0;  ///< largest resident set of the process so far, in bytes
};

/// About the bytes that build_index holds at its peak for a collection of that size, in float32.
std::uint64_t indexing_memory(std::int64_t documents, std::int64_t terms, std::int64_t nonzeros, const RankRule& rank);

/// Makes an index of all that `source` gives as the new live generation at `path`; what was there stays live until then
/// and is untouched if anything fails. Same documents, options and seed: same bytes, whatever the number of threads;
/// and whatever the order in which documents come, but for the stored texts, which keep it, and which of two documents
/// of one id is left out. Throws InputError if there is no document with a term, UsageError before any work if an
/// option is out of range, and what `source` throws.
IndexSummary build_index(const std::string& path, const DocumentSource& source, const IndexOptions& options = {},
                         const Progress& progress = {});

}  // namespace eckart::text
