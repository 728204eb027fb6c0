#include "tools/jobs/maps/map.h"
#include "tools/cli/commands/all_commands.h"

#include <chrono>
#include <memory>

#include "tools/cli/arguments/map_arguments.h"
#include "tools/cli/terminal/shown_map.h"
#include "tools/jobs/maps/map_files.h"

namespace eckart::tools {
namespace {

void run(Session& session, const MapArguments& given) {
    const auto begin = std::chrono::steady_clock::now();
    const jobs::MapOptions options = map_options(given);
    jobs::MapFiles files(given.outputs);
    const jobs::Work work = session.work();
    const jobs::MapResult made = jobs::map(given.source, options, work);
    session.show(made.notes);
    work.progress.report("writing the map", 0, 0);
    files.write(made.picture);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    print_map(session, given.outputs, made, seconds.count());
}

}  // namespace

Command map_command() {
    auto given = std::make_shared<MapArguments>();
    return {.name = "map",
            .summary = "Makes a two-dimensional map of documents, terms, items, users or the rows of a matrix",
            .examples = {"eckart map docs.idx -o docs.html",
                         "eckart map films.model -o films.html -o films.svg --clusters 12"},
            .notes =
                "The page needs no network. It shows names on hover, searches them, lists what a lasso encloses and\n"
                "picks clusters; every function has a key. In t-SNE, points that are near each other are similar;\n"
                "distances between far groups and the width of a group mean little. Rows of a store are compared by\n"
                "direction, those of a file by distance. The same source, options and seed give the same map.",
            .declare = [given](Arguments& arguments) { declare_map_arguments(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
