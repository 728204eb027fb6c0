#pragma once

#include <string>
#include <vector>

#include "tools/cli/arguments/command_page.h"

namespace eckart::tools {

/// Scripts that complete commands, options, and the values of options that take one of a few words; other values and
/// arguments are completed as names of files. Options of models are among those of their command.
std::string bash_completion(const std::vector<CommandPage>& pages);
std::string zsh_completion(const std::vector<CommandPage>& pages);
std::string fish_completion(const std::vector<CommandPage>& pages);

}  // namespace eckart::tools
