#include <memory>

#include "text/query/index.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/session.h"
#include "tools/cli/terminal/shown_document.h"
#include "tools/jobs/search/show.h"

namespace eckart::tools {
namespace {

struct ShowArguments {
    std::string index;
    std::string document;
};

void declare(Arguments& arguments, ShowArguments& given) {
    arguments.positional(given.index, "INDEX", "folder made by eckart index");
    arguments.positional(given.document, "DOCUMENT", "id of a document, as search shows it");
}

void run(Session& session, const ShowArguments& given) {
    const auto index = text::Index::open(given.index);
    print_document(session, jobs::stored_document(index, given.document, session.work()));
}

}  // namespace

Command show_command() {
    auto given = std::make_shared<ShowArguments>();
    return {.name = "show",
            .summary = "Prints a document of an index with its fields and where it came from",
            .examples = {"eckart show docs.idx cars/tyres.txt", "eckart show docs.idx cars/tyres.txt --json"},
            .notes = "The text is that which was indexed, without markup. The file itself is at the path.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
