#include "tools/cli/arguments/map_arguments.h"

#include <filesystem>

#include "engine/support/error.h"
#include "tools/cli/arguments/cluster_arguments.h"

namespace eckart::tools {
namespace {

void read_clusters(const std::string& asked, jobs::MapOptions& options) {
    using jobs::MapClusters;
    if (asked.empty()) {
        options.clusters = MapClusters::usual;
    } else if (asked == "none") {
        options.clusters = MapClusters::none;
    } else if (std::filesystem::is_directory(asked)) {
        options.clusters = MapClusters::stored;
        options.clustering = asked;
    } else if (const auto count = parse_cluster_count(asked, "--clusters")) {
        options.clusters = MapClusters::number;
        options.cluster_count = *count;
    } else {
        options.clusters = MapClusters::stable;
    }
}

}  // namespace

void declare_map_arguments(Arguments& arguments, MapArguments& given) {
    jobs::LayoutOptions& layout = given.options.layout;
    arguments.positional(given.source, "SOURCE", "an index, a model, or a matrix file");
    arguments.option(given.outputs, "-o,--output", "FILE",
                     "where the map goes: .html a page to look at, .svg a picture, .tsv a table; may be given again");
    declare_part(arguments, given.options.part,
                 "what to show; not given: the documents of an index, the items of a model, the rows of a file; codes: "
                 "documents by what eckart encode made of them");
    arguments.choice(given.layout, "--layout", {"tsne", "pca"},
                     "tsne keeps neighbors together; pca is the flat picture of the greatest spread");
    arguments.option(layout.perplexity, "--perplexity", "X",
                     "about how many neighbors count for each point, 1 to 10,000; at most a third of the points");
    arguments.option(layout.exaggeration, "--exaggeration", "X",
                     "above 1 it pulls neighbors together and leaves more room between groups, 1 to 100");
    arguments.option(layout.iterations, "--iterations", "N", "number of steps of tsne", 1);
    arguments.flag(layout.exact, "--exact", "compare all pairs to find neighbors, however many points there are");
    arguments.option(given.clusters, "--clusters", "K",
                     "colors and labels: the number of clusters, auto (the most stable number), a folder made by "
                     "eckart cluster -o, or none; not given: a number that grows slowly with the points, at most 30");
    arguments.option(given.options.onto, "--onto", "MAP",
                     "an earlier .html or .tsv map: its points stay exactly where they are, new ones are placed among "
                     "them");
    arguments.option(given.options.title, "--title", "TEXT", "heading of the map; not given: the name of SOURCE");
}

jobs::MapOptions map_options(const MapArguments& given) {
    if (given.outputs.empty()) throw UsageError("-o is missing: where the map goes, for example -o map.html");
    jobs::MapOptions options = given.options;
    options.layout.pca = given.layout == "pca";
    if (options.layout.pca && !options.onto.empty()) {
        throw UsageError("--onto places points by neighbors, which --layout pca does not");
    }
    read_clusters(given.clusters, options);
    return options;
}

}  // namespace eckart::tools
