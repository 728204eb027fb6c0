#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "tools/cli/arguments/person_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/ratings/ask.h"

namespace eckart::tools {
namespace {

struct AskArguments {
    std::string model;
    PersonArguments person;
    std::vector<std::string> unknown;
    std::int64_t count = 5;
};

void declare(Arguments& arguments, AskArguments& given) {
    arguments.positional(given.model, "MODEL", "folder made by eckart train");
    declare_person_arguments(arguments, given.person);
    arguments.option(given.unknown, "--unknown", "ITEM", "an item that the person does not know; may be given again");
    arguments.option(given.count, "-n", "N", "most items to ask about", 1);
}

void print(Session& session, const jobs::AskedItems& asked) {
    session.show(asked.notes);
    for (std::size_t at = 0; at < asked.items.size(); ++at) {
        const jobs::AskedItem& row = asked.items[at];
        if (session.common.json) {
            session.out.object({{"rank", at + 1}, {"item", row.item}, {"title", row.title}, {"gain", row.gain}});
            continue;
        }
        const std::string shown = printable(row.title.empty() ? row.item : row.title);
        session.out.line(cut_to(fmt::format("{:>3}  {:.4f}  {}", at + 1, row.gain, shown), session.out.columns()));
    }
}

void run(Session& session, const AskArguments& given) {
    const jobs::OpenModel model(given.model);
    const jobs::Person person = given.person.given() ? person_of(given.person, model) : jobs::Person{};
    const jobs::AskOptions options{.count = static_cast<std::size_t>(given.count), .unknown = given.unknown};
    print(session, jobs::ask(model, person, options, session.work()));
}

}  // namespace

Command ask_command() {
    auto given = std::make_shared<AskArguments>();
    return {.name = "ask",
            .summary = "Names the items whose ratings would tell most about a person",
            .examples = {"eckart ask films.model", "eckart ask films.model --likes \"Alien=4\" --unknown Heat -n 3"},
            .notes =
                "Without --user and --likes the person is new. Only the 300 most popular items are asked about.\n"
                "The gain is how much less the mean squared error of the person's scores is expected to be. Ask\n"
                "again with the answers in --likes: each answer changes what is worth asking.\n\n" +
                likes_notes(),
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
