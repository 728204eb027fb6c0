#include <memory>

#include "tools/cli/arguments/cluster_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/shown_clusters.h"
#include "tools/jobs/clusters/cluster.h"
#include "tools/jobs/clusters/clustering_store.h"

namespace eckart::tools {
namespace {

struct ClusterGiven {
    std::string source;
    std::string part;
    std::string output;
    std::string assignments;
    bool summary = false;
    ClusterArguments clusters;
};

void declare(Arguments& arguments, ClusterGiven& given) {
    arguments.positional(given.source, "SOURCE", "an index, a model, or a matrix file");
    declare_part(arguments, given.part,
                 "what to cluster; not given: the documents of an index, the items of a model, the rows of a file; "
                 "codes: documents by what eckart encode made of them");
    arguments.option(given.output, "-o,--output", "CLUSTERS", "folder to keep the clustering in, for eckart assign");
    arguments.option(given.assignments, "--assignments", "FILE",
                     "write id, cluster and distance of each row as TSV; -: to standard output");
    arguments.flag(given.summary, "--summary", "with --json: print an object for each cluster instead of each row");
    declare_cluster_arguments(arguments, given.clusters);
}

void run(Session& session, const ClusterGiven& given) {
    const jobs::ClusterOptions options = cluster_options(given.clusters);
    const jobs::Work work = session.work();
    const jobs::Points points = jobs::read_points(given.source, given.part, work);
    const jobs::ClusterResult result = jobs::cluster(points, options, work);
    session.show(result.notes);
    if (!given.output.empty()) jobs::save_clustering(given.output, result.fitted, points, work);
    if (!given.assignments.empty()) {
        write_assignments(session, given.assignments, points, result.fitted.clustering.placement);
    }
    print_clustering(session, points, result, given.summary);
}

}  // namespace

Command cluster_command() {
    auto given = std::make_shared<ClusterGiven>();
    return {.name = "cluster",
            .summary =
                "Groups documents, terms, items, users or the rows of a matrix by k-means, and says what each group is "
                "about",
            .examples = {"eckart cluster docs.idx -k auto", "eckart cluster films.model -k 20 -o films.clusters"},
            .notes =
                "Clusters are numbered by falling size. Distances are Euclidean; those of spherical rows are\n"
                "sqrt(2 - 2 cosine).\n"
                "Labels of documents are the terms, of items the categories, and of users the rated items that occur\n"
                "more often inside the cluster than outside, by the log-likelihood ratio; labels of terms and of rows\n"
                "of a file are the members nearest to the centroid.\n"
                "-k auto tries 2 to 30 clusters, on at most 10,000 rows. It takes the number for which two random\n"
                "halves of the rows lead to the most similar clusters, by the mean adjusted Rand index of 4 splits.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
