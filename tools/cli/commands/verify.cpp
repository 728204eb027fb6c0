#include <memory>

#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/session.h"
#include "tools/cli/terminal/store_lines.h"
#include "tools/jobs/stores/store_info.h"

namespace eckart::tools {

Command verify_command() {
    auto store = std::make_shared<std::string>();
    return {.name = "verify",
            .summary = "Recomputes every checksum of an index, a model or a clustering",
            .examples = {"eckart verify docs.idx", "eckart verify films.model && echo whole"},
            .notes = "If the store is damaged, names each file that has changed and ends with code 5.",
            .declare =
                [store](Arguments& arguments) {
                    arguments.positional(*store, "STORE", "folder made by eckart index, train or cluster");
                },
            .run = [store](Session& session) { print_verified(session, jobs::verify_store(*store, session.work())); }};
}

}  // namespace eckart::tools
