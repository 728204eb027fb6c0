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
    arguments.option(given.format, "--format", "NAME", "of the matrix: auto" + formats);
    arguments.option(given.array, "--array", "NAME", "which array of an .npz file; not given: the only one");
    arguments.choice(given.header, "--header", {"auto", "yes", "no"}, "whether a table begins with names of columns");
    arguments.choice(given.ids, "--ids", {"auto", "yes", "no"}, "whether a table's first column names its rows");
}

corpora::MatrixFile read_matrix(const MatrixArguments& given, Session& session) {
    const corpora::MatrixOptions options{.format = given.format,
                                         .header = choice_of(given.header),
                                         .ids = choice_of(given.ids),
                                         .array = given.array,
                                         .memory = session.memory_beside(0, "reading the matrix")};
    return corpora::read_matrix(given.path, options, session.progress());
}

}  // namespace eckart::tools
