#include <memory>

#include "tools/cli/terminal/session.h"
#include "tools/cli/terminal/store_summary.h"

namespace eckart::tools {

Command verify_command() {
    auto store = std::make_shared<std::string>();
    return {
        .name = "verify",
        .summary = "Recomputes every checksum of an index, a model or a clustering",
        .examples = {"eckart verify docs.idx", "eckart verify films.model && echo whole"},
        .notes = "If the store is damaged, verify names each file that has changed and ends with code 5.",
        .declare =
            [store](Arguments& arguments) {
                arguments.positional(*store, "STORE", "folder made by eckart index, train or cluster");
            },
        .run =
            [store](Session& session) { print_whole(session, *store, jobs::verified_store(*store, session.work())); }};
}

}  // namespace eckart::tools
