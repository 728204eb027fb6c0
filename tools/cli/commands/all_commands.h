#pragma once

#include <vector>

#include "tools/cli/arguments/command.h"

namespace eckart::tools {

/// All commands, in the order in which help shows them; what writes the manual comes last and is hidden.
std::vector<Command> all_commands();

Command index_command();
Command search_command();
Command show_command();
Command similar_command();
Command terms_command();
Command cluster_command();
Command map_command();
Command assign_command();
Command train_command();
Command recommend_command();
Command ask_command();
Command predict_command();
Command evaluate_command();
Command tune_command();
Command info_command();
Command verify_command();
Command plan_command();
Command doctor_command();
Command export_command();
Command factorize_command();
Command encode_command();
Command manual_command();

}  // namespace eckart::tools
