#pragma once

#include <functional>
#include <string>
#include <vector>

namespace eckart::tools {

class Arguments;
class Session;

/// One command of the program: what its help says, what it takes, what it does.
struct Command {
    std::string name;
    std::string summary;                ///< one line, without a full stop
    std::vector<std::string> examples;  ///< two, shown below its usage
    std::string notes;                  ///< shown last in its help, laid out as note_blocks says; may be empty
    std::function<void(Arguments&)> declare;
    std::function<void(Session&)> run;  ///< throws Error; what it wants on stdout goes through the session
    bool hidden = false;                ///< no help names it
};

/// All commands, in the order in which help shows them; what writes the manual comes last and is hidden.
std::vector<Command> all_commands();

Command index_command();
Command search_command();
Command similar_command();
Command terms_command();
Command cluster_command();
Command map_command();
Command assign_command();
Command train_command();
Command recommend_command();
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
