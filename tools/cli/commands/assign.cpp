#include "tools/jobs/clusters/assign.h"
#include "tools/cli/commands/all_commands.h"

#include <memory>

#include "tools/cli/arguments/cluster_arguments.h"
#include "tools/cli/terminal/shown_clusters.h"

namespace eckart::tools {
namespace {

struct AssignGiven {
    std::string clusters;
    std::string source;
    std::string assignments;
    jobs::AssignOptions options;
};

void declare(Arguments& arguments, AssignGiven& given) {
    arguments.positional(given.clusters, "CLUSTERS", "folder made by eckart cluster -o");
    arguments.positional(given.source, "SOURCE",
                         "what was clustered, or more of its kind: a matrix file with as many columns, or, for "
                         "clusters of documents, folders and files of new documents");
    declare_part(arguments, given.options.part,
                 "what of SOURCE to assign; not given: what the clusters are of; rows: SOURCE is a matrix file, "
                 "whatever the clusters are of");
    arguments.option(given.options.index, "--index", "INDEX",
                     "for new documents: the index that was clustered; not given: where it was then");
    arguments.option(given.options.format, "--format", "NAME", "for new documents: their format, as for eckart index");
    arguments.option(given.assignments, "--assignments", "FILE",
                     "write id, cluster and distance of each row as TSV; -: to standard output");
}

void run(Session& session, const AssignGiven& given) {
    const jobs::Assigned assigned = jobs::assign(given.clusters, given.source, given.options, session.work());
    session.show(assigned.notes);
    if (!given.assignments.empty()) {
        write_assignments(session, given.assignments, assigned.points, assigned.placement);
    }
    print_rows(session, assigned.points, assigned.placement);
}

}  // namespace

Command assign_command() {
    auto given = std::make_shared<AssignGiven>();
    return {.name = "assign",
            .summary = "Puts rows or new documents into the clusters of a stored clustering",
            .examples = {"eckart assign docs.clusters new-folder", "eckart assign points.clusters more.npy --json"},
            .notes =
                "New documents get the vectors that the index would give them; words that it does not know are "
                "skipped.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
