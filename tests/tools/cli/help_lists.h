#pragma once

#include <string>
#include <vector>

namespace eckart::testing {

/// The commands that the help of the program names.
std::vector<std::string> command_names();

/// The models that the help of train names.
std::vector<std::string> model_names();

/// The options, "-o" and "--output" as two, that help names: of a command, or of a model if the command takes one.
std::vector<std::string> option_names(const std::string& command, const std::string& model = "");

}  // namespace eckart::testing
