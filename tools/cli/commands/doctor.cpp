#include <memory>

#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/machine_lines.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/common/machine.h"

namespace eckart::tools {

Command doctor_command() {
    auto folder = std::make_shared<std::string>(".");
    return {.name = "doctor",
            .summary = "Shows what this machine offers and how the program was built for it",
            .examples = {"eckart doctor", "eckart doctor --json"},
            .notes = "",
            .declare =
                [folder](Arguments& arguments) {
                    arguments.positional(*folder, "FOLDER",
                                         "folder for indexes and models, to see whether it can be written", false);
                },
            .run =
                [folder](Session& session) {
                    session.require_memory(0, "doctor");
                    print_machine(session, jobs::machine(*folder, session.work()));
                }};
}

}  // namespace eckart::tools
