#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "engine/metrics/clustering.h"
#include "engine/support/error.h"
#include "tools/cli/terminal/shown_clusters.h"
#include "tools/jobs/cluster_labels.h"
#include "tools/jobs/fit_clustering.h"
#include "tools/jobs/true_labels.h"

namespace eckart::tools {
namespace {

constexpr std::int64_t exact_silhouette_rows = 20'000;
constexpr std::int64_t silhouette_sample = 2'000;

struct ClusterArguments {
    std::string source;
    std::string clusters;
    std::string part;
    std::string output;
    std::string assignments;
    std::string labels;
    std::string spherical = "auto";
    std::string start = "plus-plus";
    std::string method = "auto";
    bool summary = false;
    bool silhouette = false;
    FitOptions fit;
};

void declare(Arguments& arguments, ClusterArguments& given) {
    arguments.positional(given.source, "SOURCE", "an index, a model, or a matrix file");
    arguments.option(given.clusters, "-k,--clusters", "K", "how many; auto: the most stable number, with its table",
                     true);
    arguments.choice(given.part, "--part", point_parts(),
                     "what to cluster; not given: documents of an index, items of a model, rows of a "
                     "file; codes: documents by what eckart encode made of them");
    arguments.option(given.output, "-o,--output", "CLUSTERS", "folder to keep the clustering in, for eckart assign");
    arguments.option(given.assignments, "--assignments", "FILE", "write id, cluster and distance of each row, as TSV");
    arguments.flag(given.summary, "--summary", "with --json: an object a cluster rather than a row");
    arguments.option(given.labels, "--labels", "FILE",
                     "known classes, lines \"id class\"; folder: the top folder of each document; source: those in a "
                     "LIBSVM file. Prints nmi, ari, homogeneity, completeness and purity");
    arguments.flag(given.silhouette, "--silhouette", "print the mean silhouette; a sample's from 20,000 rows on");
    arguments.option(given.fit.rank, "--rank", "N",
                     "use the leading N dimensions; not given: 150 of an index, all of a model or a file", 1);
    arguments.choice(given.spherical, "--spherical", {"auto", "yes", "no"},
                     "rows and centroids of length 1, which is k-means by cosine; auto: yes but for a file");
    arguments.flag(given.fit.centred, "--centred",
                   "take rows about their mean: after their length, if spherical, and then scale them again");
    arguments.option(given.fit.starts, "--starts", "N",
                     "of which the best is kept; not given: 8, or 1 past 10^10 rows x dimensions x clusters", 1);
    arguments.option(given.fit.minibatch, "--minibatch", "ROWS",
                     "for very many rows: one pass over them in random order, in batches of so many, rather than "
                     "iterations over all",
                     1);
    arguments.choice(given.start, "--start", {"plus-plus", "random", "bisecting"}, "where centroids begin");
    arguments.option(given.fit.iterations, "--iterations", "N", "most iterations of a start", 1);
    arguments.option(given.fit.tolerance, "--tolerance", "X",
                     "a start ends when the centroids move less, relative to the variance of the columns");
    arguments.choice(given.method, "--method", {"auto", "lloyd", "hamerly", "yinyang"},
                     "of assigning rows; all give the same clusters");
}

std::optional<bool> yes_or_no(const std::string& word) {
    if (word == "auto") return std::nullopt;
    return word == "yes";
}

FitOptions fit_options(const ClusterArguments& given) {
    FitOptions options = given.fit;
    options.spherical = yes_or_no(given.spherical);
    options.start = parse_kmeans_start(given.start);
    options.method = parse_kmeans_method(given.method);
    options.clusters = parse_cluster_count(given.clusters, "-k");
    return options;
}

void print_measure(Session& session, const std::string& metric, double value, std::int64_t n,
                   std::optional<MeanInterval> interval = {}) {
    if (session.common.json) {
        nlohmann::ordered_json object = {{"metric", metric}, {"value", value}, {"n", n}};
        object["low"] = interval ? nlohmann::ordered_json(interval->low) : nullptr;
        object["high"] = interval ? nlohmann::ordered_json(interval->high) : nullptr;
        session.out.object(object);
    } else {
        const std::string range = interval ? fmt::format("  ({:.4f} to {:.4f})", interval->low, interval->high) : "";
        session.out.line(fmt::format("{:<12}  {:.4f}{}", metric, value, range));
    }
}

void measure_labels(Session& session, const TrueLabels& known, const Placement& placement) {
    std::vector<std::int32_t> truth, labels;
    for (std::size_t row = 0; row < known.classes.size(); ++row) {
        if (known.classes[row] < 0) continue;
        truth.push_back(known.classes[row]);
        labels.push_back(placement.labels[row]);
    }
    if (known.unlabelled > 0) {
        session.note(fmt::format("{} rows have no class and are not measured", known.unlabelled));
    }
    if (known.unknown > 0) session.note(fmt::format("{} classes are of no row here", known.unknown));
    const auto n = static_cast<std::int64_t>(truth.size());
    print_measure(session, "nmi", normalized_mutual_information(truth, labels), n);
    print_measure(session, "ari", adjusted_rand_index(truth, labels), n);
    print_measure(session, "homogeneity", homogeneity(truth, labels), n);
    print_measure(session, "completeness", completeness(truth, labels), n);
    print_measure(session, "v-measure", v_measure(truth, labels), n);
    print_measure(session, "purity", purity(truth, labels), n);
}

/// Of the rows that have a direction.
void measure_silhouette(Session& session, const FittedClustering& fitted) {
    if (fitted.rows.is_sparse()) throw UsageError("--silhouette needs dense rows");
    const Placement& placement = fitted.clustering.placement;
    DenseMatrix rows(fitted.rows.size(), fitted.rows.width());
    std::vector<std::int32_t> labels;
    for (std::int64_t row = 0; row < fitted.rows.size(); ++row) {
        if (placement.directionless[static_cast<std::size_t>(row)] != 0) continue;
        rows.row(static_cast<Eigen::Index>(labels.size())) = fitted.rows.dense().row(row);
        labels.push_back(placement.labels[static_cast<std::size_t>(row)]);
    }
    const auto n = static_cast<std::int64_t>(labels.size());
    const auto used = rows.topRows(n);
    if (n <= exact_silhouette_rows) {
        return print_measure(session, "silhouette", silhouette(used, labels, session.progress()), n);
    }
    const MeanInterval sampled =
        sampled_silhouette(used, labels, silhouette_sample, static_cast<std::uint64_t>(session.common.seed));
    print_measure(session, "silhouette", sampled.mean, silhouette_sample, sampled);
}

void print_heading(Session& session, const Points& points, const FittedClustering& fitted) {
    const ClusterSpace& space = fitted.clustering.space;
    session.out.line(fmt::format("{}: {} {} in {} clusters, by {}{} in {} dimensions, best of {} {}", points.source,
                                 points.size(), name(points.kind), fitted.clustering.size(),
                                 space.unit ? "cosine" : "distance", space.centred() ? " about the mean" : "",
                                 space.dimensions, fitted.starts, fitted.starts == 1 ? "start" : "starts"));
    session.out.line(space.unit ? fmt::format("mean cosine to the centroid {:.3f}", fitted.closeness)
                                : fmt::format("{:.1f}% of the variance explained", 100 * fitted.closeness));
}

void run(Session& session, const ClusterArguments& given) {
    const FitOptions options = fit_options(given);
    const Points points = read_points(given.source, given.part, session);
    std::optional<TrueLabels> known;
    if (!given.labels.empty()) known = true_labels(given.labels, points);
    FittedClustering fitted = fit_clustering(points, options, session);
    label_clusters(fitted.clustering, points);

    if (!given.output.empty()) {
        save_clustering(given.output, fitted.clustering, points, fitted.record, session.progress());
    }
    if (!given.assignments.empty()) write_assignments(given.assignments, points, fitted.clustering.placement, session);
    print_tried(session, fitted.tried);
    if (session.common.json && !given.summary) {
        print_rows(session, points, fitted.clustering.placement);
    } else {
        if (!session.common.json) print_heading(session, points, fitted);
        print_clusters(session, points, fitted.clustering);
    }
    if (known) measure_labels(session, *known, fitted.clustering.placement);
    if (given.silhouette) measure_silhouette(session, fitted);
}

}  // namespace

Command cluster_command() {
    auto given = std::make_shared<ClusterArguments>();
    return {
        .name = "cluster",
        .summary =
            "Groups documents, terms, items, users or the rows of a matrix by k-means, and says what each "
            "group is about",
        .examples = {"eckart cluster docs.idx -k auto", "eckart cluster films.model -k 20 -o films.clusters"},
        .notes =
            "Clusters are numbered by falling size. Distances are Euclidean, of spherical rows sqrt(2 - 2 cosine).\n"
            "Labels: of documents, the terms that stand out by the log-likelihood ratio of their shares of\n"
            "documents in and outside of the cluster; of items their categories, of users the items they rated,\n"
            "by the same score; of terms and rows of a file, those nearest to the centroid.\n"
            "-k auto takes the number for which two random halves of the rows lead to the same clusters: the\n"
            "highest mean adjusted Rand index over 4 splits, of 2 to 30 clusters (10,000 rows at most are tried).",
        .declare = [given](Arguments& arguments) { declare(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
