#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "engine/storage/store.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {
namespace {

void run(Session& session, const std::string& path) {
    session.require_memory(0, "verify");
    const StoreReader store = StoreReader::open(path);
    store.verify(session.progress());
    if (session.common.json) {
        session.out.object({{"store", path},
                            {"kind", store.kind()},
                            {"generation", store.generation()},
                            {"files", store.files().size()},
                            {"whole", true}});
    } else {
        session.out.line(fmt::format("{}: {} files of {} are whole", path, store.files().size(), store.generation()));
    }
}

}  // namespace

Command verify_command() {
    auto store = std::make_shared<std::string>();
    return {.name = "verify",
            .summary = "Recomputes every checksum of an index or a model",
            .examples = {"eckart verify docs.idx", "eckart verify films.model && echo whole"},
            .notes = "Ends with code 5, naming each file that has changed, if the store is damaged.",
            .declare =
                [store](Arguments& arguments) {
                    arguments.positional(*store, "STORE", "folder made by eckart index or eckart train");
                },
            .run = [store](Session& session) { run(session, *store); }};
}

}  // namespace eckart::tools
