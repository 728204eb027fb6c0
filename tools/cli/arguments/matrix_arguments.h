#pragma once

#include <string>

#include "corpora/matrices/matrix_file.h"
#include "tools/cli/arguments/arguments.h"

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

/// How the readers are to take the file; without a bound of memory.
corpora::MatrixOptions matrix_options(const MatrixArguments& given);

}  // namespace eckart::tools
