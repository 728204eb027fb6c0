#pragma once

#include <string>
#include <vector>

namespace eckart::jobs {

/// The lines of a file (compressed or not) or of standard input ("-"), without white space at both ends; empty lines
/// are left out. Throws InputError if it cannot be read.
std::vector<std::string> lines_of_file(const std::string& path);

}  // namespace eckart::jobs
