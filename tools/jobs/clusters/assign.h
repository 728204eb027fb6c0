#pragma once

#include <string>

#include "tools/jobs/clusters/clustering.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {

struct AssignOptions {
    std::string part = {};        ///< of the source, one of point_parts(); empty: what the clusters are of
    std::string index = {};       ///< the index that was clustered, for new documents; empty: where it was then
    std::string format = "auto";  ///< of new documents, as corpora::open_documents takes it
};

/// Rows and the clusters that they are put into.
struct Assigned {
    Points points;
    Placement placement;
    Notes notes;
};

/// Puts rows into the clusters of the store `clusters`. `source` is what was clustered, or more of its kind: a matrix
/// file with as many columns, or, if the clusters are of documents, files and folders of new documents, which get the
/// vectors that the index gives them.
///
/// Throws UsageError if the rows are of another kind, width or fit than those that were clustered, if `index` or
/// `format` is given and the source is not new documents; and as the readers do.
[[nodiscard]] Assigned assign(const std::string& clusters, const std::string& source, const AssignOptions& options,
                              const Work& work);

}  // namespace eckart::jobs
