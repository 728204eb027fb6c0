#pragma once

#include <string>

#include "corpora/matrices/matrix_file.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Where a matrix is read from, and how.
struct MatrixArguments {
    std::string path;
    std::string format = "auto";
    std::string array;
    std::string header = "auto";
    std::string ids = "auto";
};

void declare_matrix_arguments(Arguments& arguments, MatrixArguments& given);

/// Throws as corpora::read_matrix, and UsageError at options of another format.
corpora::MatrixFile read_matrix(const MatrixArguments& given, Session& session);

}  // namespace eckart::tools
