#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/jobs/points/points.h"

namespace eckart::jobs {

/// The classes that rows are known to belong to, which a clustering is compared with.
struct TrueLabels {
    std::vector<std::int32_t> classes;  ///< one a row; -1 where none is given
    std::vector<std::string> names;     ///< of the classes, in bytewise order
    std::int64_t unlabeled = 0;         ///< rows without a class
    std::int64_t unknown = 0;           ///< lines of the file that name no row
};

/// Reads the classes from `source`: "folder" is the top folder in the ids of documents; "source" is what the matrix
/// file names itself (LIBSVM); anything else is a file with lines "id class", separated by a tab, or else by the last
/// space. Throws InputError at a line of another form, at an id with two classes, and if no row has a class; UsageError
/// if the points have no such classes.
TrueLabels true_labels(const std::string& source, const Points& points);

}  // namespace eckart::jobs
