#include "tools/cli/arguments/matrix_arguments.h"

#include <optional>

namespace eckart::tools {
namespace {

std::optional<bool> choice_of(const std::string& word) {
    return word == "auto" ? std::nullopt : std::optional(word == "yes");
}

}  // namespace

void declare_matrix_arguments(Arguments& arguments, MatrixArguments& given) {
    std::string formats;
    for (const std::string& format : corpora::matrix_formats()) formats += ", " + format;
    arguments.positional(given.path, "MATRIX", "file of a matrix, or - for standard input");
    arguments.option(given.format, "--format", "NAME", "format of the matrix: auto" + formats);
    arguments.option(given.array, "--array", "NAME", "which array of an .npz file; not given: the only one");
    arguments.choice(given.header, "--header", {"auto", "yes", "no"},
                     "whether the first row of a table names its columns");
    arguments.choice(given.ids, "--ids", {"auto", "yes", "no"}, "whether the first column of a table names its rows");
}

corpora::MatrixOptions matrix_options(const MatrixArguments& given) {
    corpora::MatrixOptions options;
    options.format = given.format;
    options.header = choice_of(given.header);
    options.ids = choice_of(given.ids);
    options.array = given.array;
    return options;
}

}  // namespace eckart::tools
