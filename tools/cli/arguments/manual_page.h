#pragma once

#include <string>
#include <vector>

#include "tools/cli/arguments/command_page.h"

namespace eckart::tools {

/// eckart(1), in the man macros of roff.
std::string program_manual(const std::vector<CommandPage>& pages, const std::string& version);

/// eckart-COMMAND(1); options of models stand in a section of their own, model by model.
std::string command_manual(const CommandPage& page, const std::string& version);

}  // namespace eckart::tools
