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
    std::string summary;                ///< one line
    std::vector<std::string> examples;  ///< two, shown first in its help
    std::string notes;                  ///< shown last in its help; may be empty
    std::function<void(Arguments&)> declare;
    std::function<void(Session&)> run;  ///< throws Error; what it wants on stdout goes through the session
};

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

}  // namespace eckart::tools
