#include "tools/cli/arguments/cluster_arguments.h"

#include <fmt/format.h>

#include <charconv>

#include "engine/support/error.h"

namespace eckart::tools {
namespace {

std::optional<bool> yes_or_no(const std::string& word) {
    if (word == "auto") return std::nullopt;
    return word == "yes";
}

}  // namespace

void declare_cluster_arguments(Arguments& arguments, ClusterArguments& given) {
    jobs::ClusterFitOptions& fit = given.options.fit;
    arguments.option(given.clusters, "-k,--clusters", "K",
                     "number of clusters; auto: the most stable number, with the table it was chosen from", true);
    arguments.option(given.options.classes, "--labels", "FILE",
                     "compare with known classes, lines \"id class\"; folder: the top folder of each document; source: "
                     "the classes in a LIBSVM file. Prints nmi, ari, homogeneity, completeness, v-measure and purity");
    arguments.flag(given.options.silhouette, "--silhouette",
                   "print the mean silhouette; above 20,000 rows that of a sample");
    arguments.option(fit.rank, "--rank", "N",
                     "use the first N dimensions; not given: 150 of an index, all of a model or a file", 1);
    arguments.choice(given.spherical, "--spherical", {"auto", "yes", "no"},
                     "scale rows and centroids to length 1, which is k-means by cosine; auto: yes, but not for a file");
    arguments.flag(fit.centered, "--centered|--centred",
                   "take rows about their mean; spherical rows are scaled, centered, and scaled again");
    arguments.option(fit.starts, "--starts", "N",
                     "number of starts, of which the best is kept; not given: 8, or 1 above 10^10 rows x dimensions x "
                     "clusters",
                     1);
    arguments.option(fit.minibatch, "--minibatch", "ROWS",
                     "for very many rows: a single pass over them in random order, in batches of ROWS rows", 1);
    arguments.choice(given.start, "--start", {"plus-plus", "random", "bisecting"}, "where centroids begin");
    arguments.option(fit.iterations, "--iterations", "N", "iterations of each start, at most", 1);
    arguments.option(fit.tolerance, "--tolerance", "X",
                     "a start ends when the centroids move less than this, relative to the variance of the columns");
    arguments.choice(given.method, "--method", {"auto", "lloyd", "hamerly", "yinyang"},
                     "how rows are assigned; all methods give the same clusters");
}

jobs::ClusterOptions cluster_options(const ClusterArguments& given) {
    jobs::ClusterOptions options = given.options;
    options.fit.spherical = yes_or_no(given.spherical);
    options.fit.start = parse_kmeans_start(given.start);
    options.fit.method = parse_kmeans_method(given.method);
    options.fit.clusters = parse_cluster_count(given.clusters, "-k");
    return options;
}

void declare_part(Arguments& arguments, std::string& part, const std::string& description) {
    arguments.choice(part, "--part", jobs::point_parts(), description);
}

std::optional<std::int64_t> parse_cluster_count(const std::string& text, std::string_view option) {
    if (text == "auto") return std::nullopt;
    std::int64_t clusters = 0;
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, clusters);
    if (parsed.ec == std::errc() && parsed.ptr == end && clusters >= 1) return clusters;
    throw UsageError(fmt::format("{}: found '{}', expected a whole number from 1 up, or auto", option, text));
}

}  // namespace eckart::tools
