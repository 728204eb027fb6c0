#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/jobs/points.h"

namespace eckart::tools {

/// The classes that rows are known to belong to, against which a clustering is measured.
struct TrueLabels {
    std::vector<std::int32_t> classes;  ///< one a row; -1 where none is given
    std::vector<std::string> names;     ///< of the classes, in bytewise order
    std::int64_t unlabelled = 0;        ///< rows without a class
    std::int64_t unknown = 0;           ///< lines of the file that are of no row
};

/// `source` says where the classes come from: "folder", the first folder in the ids of documents; "source", those that
/// the matrix file names itself (LIBSVM); or else a file of lines "id class", a tab (or else the last blank) between
/// them. Throws InputError where a line is none, where an id has two classes, or if no row has a class; UsageError if
/// the points have no such classes.
TrueLabels true_labels(const std::string& source, const Points& points);

}  // namespace eckart::tools
