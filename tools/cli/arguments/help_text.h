#pragma once

#include <string>
#include <vector>

#include "tools/cli/arguments/command_page.h"

namespace eckart::tools {

/// The help of the program: two examples, and a line for each command.
std::string program_help(const std::vector<CommandPage>& pages);

/// The help of a command: its usage, its examples, its arguments and options with their defaults in brackets, and its
/// notes. Options of models are left out, and the help says how to see them.
std::string command_help(const CommandPage& page);

/// The options that `models` have in this command.
std::string model_help(const CommandPage& page, const std::vector<std::string>& models);

}  // namespace eckart::tools
