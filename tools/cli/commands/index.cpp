#include "tools/cli/commands/all_commands.h"
#include "tools/jobs/search/index_documents.h"

#include <memory>

#include "tools/cli/arguments/index_arguments.h"
#include "tools/cli/terminal/index_summary.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {
namespace {

struct Target {
    IndexArguments given;
    std::string path;
};

void declare(Arguments& arguments, Target& target) {
    declare_index_arguments(arguments, target.given);
    declare_document_columns(arguments, target.given);
    arguments.option(target.path, "-o,--output", "INDEX",
                     "folder to write, made with those above it; an index that is there is replaced at the end", true);
}

void run(Session& session, const Target& target) {
    const jobs::IndexingOptions options{.reading = reading_options(target.given), .index = index_options(target.given)};
    const auto made = jobs::index_documents(target.given.sources, target.path, options, session.work());
    session.show(made.notes);
    print_index_summary(session, target.path, made.summary);
}

}  // namespace

Command index_command() {
    auto target = std::make_shared<Target>();
    return {.name = "index",
            .summary = "Makes an index of folders and collection files",
            .examples = {"eckart index ~/Documents -o docs.idx",
                         "eckart index corpus.jsonl --format jsonl -o corpus.idx --rank 300 --language en"},
            .notes = "The same documents, options and seed give the same bytes for any number of threads.",
            .declare = [target](Arguments& arguments) { declare(arguments, *target); },
            .run = [target](Session& session) { run(session, *target); }};
}

}  // namespace eckart::tools
