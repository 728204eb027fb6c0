#pragma once

#include <string>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/storage/catalog.h"
#include "engine/storage/result_folder.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Ids and titles, in the order of the rows that they belong to.
struct RowNames {
    std::vector<std::string> ids;
    std::vector<std::string> titles;  ///< none, or as many
};

/// Of what a catalogue lists.
RowNames names_of(const Catalog& catalog);

/// Writes NAME.npy (rows x columns) and NAME_ids.csv (id, and title where there are titles).
void write_named_matrix(const std::string& name, const DenseMatrix& matrix, const RowNames& names, ResultFolder& folder,
                        Session& session);

/// Forms that a part can be written in: "npy", "csv", "word2vec", "projector", "matrix-market".
const std::vector<std::string>& part_formats();

/// Parts of a store: those of read_points, "matrix" (an index's weighted matrix) and "ratings" (a model's).
const std::vector<std::string>& store_parts();

/// Writes one part of the index or model at `store`. An empty part stands for the first that the format can hold
/// (vectors of documents or items; with matrix-market the matrix or the ratings), an empty format for npy, or
/// matrix-market where the part is sparse. Beside a file that has no names in it stands one that has them:
/// PART_ids.csv, a row each. Throws UsageError if the store has no such part, or the format cannot hold it.
void export_part(const std::string& store, const std::string& part, const std::string& format, ResultFolder& folder,
                 Session& session);

}  // namespace eckart::tools
