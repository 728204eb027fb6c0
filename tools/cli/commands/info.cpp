#include <memory>

#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/session.h"
#include "tools/cli/terminal/store_lines.h"
#include "tools/jobs/store_info.h"

namespace eckart::tools {

Command info_command() {
    auto store = std::make_shared<std::string>();
    return {.name = "info",
            .summary =
                "Shows what an index, a model or a clustering holds, how it was made and how good its factorization is",
            .examples = {"eckart info docs.idx", "eckart info films.model --json"},
            .notes = "--json prints the whole manifest, with the size and checksum of every file.",
            .declare =
                [store](Arguments& arguments) {
                    arguments.positional(*store, "STORE", "folder made by eckart index, train or cluster");
                },
            .run = [store](Session& session) { print_store(session, jobs::store_info(*store, session.work())); }};
}

}  // namespace eckart::tools
