#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// What is written of a store, and in which form.
struct ExportOptions {
    /// One of store_parts(). Empty: everything, or with a format the first part that it can hold (vectors of documents
    /// or items; with matrix-market the matrix or the ratings).
    std::string part = {};
    /// One of part_formats(). Empty: npy, or matrix-market if the part is sparse.
    std::string format = {};
};

struct ExportedFile {
    std::string name;
    std::uint64_t bytes = 0;
};

/// Formats that a part can be written in: "npy", "csv", "word2vec", "projector", "matrix-market".
const std::vector<std::string>& part_formats();

/// Parts of a store: "documents" and "terms" (vectors) and "matrix" (weighted) of an index, "items" and "users"
/// (vectors) and "ratings" of a model.
const std::vector<std::string>& store_parts();

/// Writes the parts of the index or model at `store` to `folder`, whose files of other names stay:
///
/// - everything: arrays as they are in the store, and tables of what they are of (documents.csv; users.csv, items.csv
///   and ratings.csv, which can be trained on again);
/// - a part: one file, and PART_ids.csv with the names of its rows if the format has no place for them.
///
/// Nothing in the folder changes unless all files are written. Throws UsageError if the store has no such part or the
/// format cannot hold it, InputError if the store is of another kind or a file cannot be written, and as StoreReader
/// does.
[[nodiscard]] std::vector<ExportedFile> export_store(const std::string& store, const std::string& folder,
                                                     const ExportOptions& options, const Work& work);

}  // namespace eckart::jobs
