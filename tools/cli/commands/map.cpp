#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "tools/cli/terminal/json.h"
#include "tools/jobs/cluster_labels.h"
#include "tools/jobs/clustering.h"
#include "tools/jobs/fit_clustering.h"
#include "tools/jobs/map_layout.h"
#include "tools/jobs/map_picture.h"
#include "tools/jobs/points.h"
#include "tools/jobs/result_file.h"

namespace eckart::tools {
namespace {

struct MapArguments {
    std::string source;
    std::vector<std::string> outputs;
    std::string part;
    std::string layout = "tsne";
    std::string clusters;
    std::string onto;
    std::string title;
    LayoutOptions options;
};

void declare(Arguments& arguments, MapArguments& given) {
    arguments.positional(given.source, "SOURCE", "an index, a model, or a matrix file");
    arguments.option(given.outputs, "-o,--output", "FILE",
                     "where the map goes: .html a page to look at, .svg a picture, .tsv a table; may be given again");
    arguments.choice(given.part, "--part", point_parts(),
                     "what to show; not given: documents of an index, items of a model, rows of a "
                     "file; codes: documents by what eckart encode made of them");
    arguments.choice(given.layout, "--layout", {"tsne", "pca"},
                     "tsne keeps neighbours together; pca is the flat picture of the greatest spread");
    arguments.option(given.options.perplexity, "--perplexity", "X",
                     "how many neighbours count for each point, about; a third of the points at most");
    arguments.option(given.options.exaggeration, "--exaggeration", "X",
                     "above 1 pulls neighbours together, with more room between groups");
    arguments.option(given.options.iterations, "--iterations", "N", "steps of tsne", 1);
    arguments.flag(given.options.exact, "--exact", "look for neighbours among all pairs, however many the points are");
    arguments.option(given.clusters, "--clusters", "K",
                     "colours and labels: how many clusters, or auto (the most stable number), a folder made by eckart "
                     "cluster -o, or none; not given: a number that grows slowly with the points, 30 at most");
    arguments.option(given.onto, "--onto", "MAP",
                     "an earlier .html or .tsv map: what it shows stays exactly there, the rest is placed in it");
    arguments.option(given.title, "--title", "TEXT", "heading of the map; not given: the name of SOURCE");
}

void take_clusters(Picture& picture, const Clustering& clustering, const Placement& placement) {
    for (const ClusterDescription& cluster : clustering.clusters) picture.described.push_back({.label = cluster.label});
    picture.clusters = placement.labels;
    for (std::size_t i = 0; i < picture.clusters.size(); ++i) {
        if (placement.directionless[i] != 0) picture.clusters[i] = -1;
    }
}

void take_stored(Picture& picture, const Points& points, const std::string& path, Session& session) {
    const Clustering clustering = open_clustering(path);
    if (clustering.kind != points.kind || clustering.fingerprint != points.space) {
        throw UsageError(path + ": a clustering of other vectors; cluster " + points.source + " again");
    }
    session.require_memory(cluster_rows_memory(points, clustering.space), "clusters");
    take_clusters(picture, clustering, place_rows(clustering, rows_in(clustering.space, points)));
}

void cluster_points(Picture& picture, const Points& points, const std::string& asked, Session& session) {
    picture.clusters.assign(static_cast<std::size_t>(points.size()), -1);
    if (asked == "none") return;
    if (std::filesystem::is_directory(asked)) return take_stored(picture, points, asked, session);
    FitOptions options;
    options.clusters = asked.empty() ? usual_clusters(points.size()) : parse_cluster_count(asked, "--clusters");
    FittedClustering fitted = fit_clustering(points, options, session);
    label_clusters(fitted.clustering, points);
    take_clusters(picture, fitted.clustering, fitted.clustering.placement);
}

/// The files of a map, each made before the work begins, so that one that cannot be written is known at once.
class MapFiles {
  public:
    MapFiles(const std::vector<std::string>& paths, Session& session) {
        if (paths.empty()) throw UsageError("-o is missing: where the map goes, for example -o map.html");
        for (const std::string& path : paths) check_picture_path(path);
        for (const std::string& path : paths) files_.push_back({path, std::make_unique<ResultFile>(path, session)});
    }

    void write(const Picture& picture) {
        for (auto& [path, file] : files_) {
            file->line(picture_text(path, picture));
            file->finish();
        }
    }

  private:
    std::vector<std::pair<std::string, std::unique_ptr<ResultFile>>> files_;
};

std::string source_name(const std::string& source) {
    std::filesystem::path path = std::filesystem::path(source).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    return source == "-" ? "standard input" : path.filename().string();
}

void print_summary(Session& session, const MapArguments& given, const Picture& picture, const Layout& layout,
                   double seconds) {
    if (session.common.json) {
        session.out.object({{"files", given.outputs},
                            {"points", picture.size()},
                            {"clusters", picture.described.size()},
                            {"kept", layout.kept},
                            {"placed", layout.placed},
                            {"perplexity", or_null(layout.perplexity)},
                            {"divergence", or_null(layout.divergence)},
                            {"preserved", or_null(layout.preserved)},
                            {"seconds", seconds}});
        return;
    }
    std::string files;
    for (const std::string& path : given.outputs) files += (files.empty() ? "" : ", ") + path;
    const auto counted = [](std::size_t count, const std::string& one, const std::string& many) {
        return fmt::format("{} {}", count, count == 1 ? one : many);
    };
    session.out.line(fmt::format("{}: {}, {}, {}", files, counted(picture.ids.size(), picture.one, picture.many),
                                 counted(picture.described.size(), "cluster", "clusters"), layout.description));
    if (layout.preserved) {
        session.out.line(
            fmt::format("divergence {:.3f}; {:.0f}% of the ten nearest are among the ten nearest in the picture",
                        *layout.divergence, 100 * *layout.preserved));
    }
    session.out.line(fmt::format("{:.2f} seconds", seconds));
}

void run(Session& session, const MapArguments& given) {
    const auto begin = std::chrono::steady_clock::now();
    MapFiles files(given.outputs, session);
    LayoutOptions options = given.options;
    options.pca = given.layout == "pca";
    std::optional<OldPlaces> old;
    if (!given.onto.empty()) old = read_places(given.onto);

    Points points = read_points(given.source, given.part, session);
    Picture picture;
    cluster_points(picture, points, given.clusters, session);
    const Layout layout = laid_out(points, options, old ? &*old : nullptr, session);
    picture.places = layout.places;
    picture.title = given.title.empty() ? source_name(given.source) : given.title;
    picture.many = name(points.kind);
    picture.one = picture.many.substr(0, picture.many.size() - 1);
    picture.layout = layout.description;
    picture.ids = std::move(points.ids);
    picture.titles = std::move(points.titles);
    arrange_clusters(picture);
    session.progress().report("writing the map", 0, 0);
    files.write(picture);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    print_summary(session, given, picture, layout, seconds.count());
}

}  // namespace

Command map_command() {
    auto given = std::make_shared<MapArguments>();
    return {
        .name = "map",
        .summary = "Makes a two-dimensional map of documents, terms, items, users or the rows of a matrix",
        .examples = {"eckart map docs.idx -o docs.html",
                     "eckart map films.model -o films.html -o films.svg --clusters 12"},
        .notes =
            "The page holds everything and asks nothing of a network: names on hover, search, a lasso that lists,\n"
            "clusters to pick, keys for all of it. t-SNE shows who is near whom; distances between far groups, and\n"
            "how wide a group is, mean little. Rows of a store are compared by direction, those of a file by\n"
            "distance. The same source, options and seed give the same map.",
        .declare = [given](Arguments& arguments) { declare(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
