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

}  // namespace eckart::tools
