#pragma once

#include <string>
#include <vector>

namespace eckart::tools {

/// The lines of a file (compressed or not) or of standard input ("-"), without blanks at either end; empty ones are
/// left out. Throws InputError if it cannot be read.
std::vector<std::string> lines_of_file(const std::string& path);

}  // namespace eckart::tools
