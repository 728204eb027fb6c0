#pragma once

#include <string>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/storage/catalog.h"
#include "engine/storage/result_folder.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// Ids and titles, in the order of the rows that they belong to.
struct RowNames {
    std::vector<std::string> ids;
    std::vector<std::string> titles;  ///< none, or as many
};

/// The names in a catalog, in its order.
RowNames names_of(const Catalog& catalog);

/// Writes a table of names to `path`: id, and title if there are titles. Throws InputError if it cannot be written.
void write_names(const std::string& path, const RowNames& names);

/// Writes NAME.npy (rows x columns) and NAME_ids.csv. Throws InputError where a file cannot be written.
void write_named_matrix(const std::string& name, const DenseMatrix& matrix, const RowNames& names, ResultFolder& folder,
                        const Work& work);

}  // namespace eckart::jobs
