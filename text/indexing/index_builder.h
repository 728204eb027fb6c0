#pragma once

#include <cstdint>
#include <string>

#include "engine/neighbors/stored_inverted_file.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"
#include "text/indexing/rank_rule.h"
#include "text/terms/document_source.h"
#include "text/terms/weighting.h"

namespace eckart::text {

/// How an index is made.
struct IndexOptions {
    RankRule rank = {};             ///< of the truncated SVD; cut to what the matrix has
    Weighting weighting = {};       ///< of the matrix that the SVD is taken of
    std::string language = "auto";  ///< "auto": detected for each document; a code such as "en"; "none": no stemming
    std::string solver = "auto";    ///< "spectra", "block-krylov" or "auto"
    double tolerance = 1e-2;        ///< on the residuals of the singular triplets, relative to the largest
    std::uint64_t seed = 1;
    /// Whether an inverted file of the document vectors is stored, so that a search by meaning need not read them all;
    /// auto: from 256 MB of vectors on.
    NeighborMethod neighbors = NeighborMethod::automatic;
    MemoryBudget memory = {};  ///< past it: MemoryError before anything is replaced
};

/// What was indexed, and how good its latent space is.
struct IndexSummary {
    std::int64_t documents = 0;
    std::int64_t empty_documents = 0;    ///< without a term; kept, and found by their id only
    std::int64_t duplicate_ids = 0;      ///< documents left out because an earlier one has their id
    std::int64_t copies = 0;             ///< documents for which another one stands, see copies.h
    std::int64_t invalid_sequences = 0;  ///< of UTF-8, each replaced by U+FFFD
    std::int64_t terms = 0;
    std::int64_t nonzeros = 0;
    std::int64_t rank = 0;     ///< of the latent space; 0: there is none
    std::string rank_reason;   ///< why that rank, in one line
    double energy = 0;         ///< sum s^2 / ||X||^2
    double max_residual = 0;   ///< of the certificate
    double latent_weight = 0;  ///< of the hybrid: 0 all words, 1 all meaning
    bool self_tested = false;  ///< whether that weight was found by tests inside the collection
    std::string blend;         ///< its reason, in one line
    std::string neighbors;     ///< the inverted file that was stored and how well it does, in one line; empty: none
    std::string svd_note;      ///< what the SVD did otherwise than asked; empty if nothing
    double seconds = 0;
    std::uint64_t peak_memory = 0;  ///< largest resident set of the process so far, in bytes
};

/// About the bytes that build_index holds at its peak for a collection of that size, in float32.
std::uint64_t indexing_memory(std::int64_t documents, std::int64_t terms, std::int64_t nonzeros, const RankRule& rank);

/// Makes an index of all that `source` gives, as the new live generation at `path`. What was there stays live until
/// then, and is untouched if anything fails.
///
/// Same documents, options and seed: same bytes, whatever the number of threads. The order of the documents changes
/// only the order of the stored texts, and which of two documents with one id is left out.
///
/// Throws InputError if no document has a term, UsageError before any work if an option is out of range or the language
/// is not known, and what `source` throws.
IndexSummary build_index(const std::string& path, const DocumentSource& source, const IndexOptions& options = {},
                         const Progress& progress = {});

}  // namespace eckart::text
