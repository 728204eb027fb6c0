#include "tools/jobs/maps/map.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tools/jobs/clusters/cluster_labels.h"
#include "tools/jobs/clusters/clustering_store.h"
#include "tools/jobs/clusters/fit_clustering.h"
#include "tools/jobs/points/points.h"

namespace eckart::jobs {
namespace {

void take_clusters(MapPicture& picture, const Clustering& clustering, const Placement& placement) {
    for (const ClusterDescription& cluster : clustering.clusters) picture.described.push_back({.label = cluster.label});
    picture.clusters = placement.directed_labels();
}

void take_stored(MapPicture& picture, const Points& points, const std::string& path, const Work& work) {
    const Clustering clustering = open_clustering(path);
    if (clustering.kind != points.kind || clustering.fingerprint != points.space) {
        throw UsageError(path + " is a clustering of other vectors; cluster " + points.source + " again");
    }
    work.require_memory(cluster_rows_memory(points, clustering.space.dimensions), "clusters");
    take_clusters(picture, clustering, place_rows(clustering, rows_in(clustering.space, points)));
}

/// Clusters the points as asked for, and returns what is to be said of it.
Notes cluster_points(MapPicture& picture, const Points& points, const MapOptions& options, const Work& work) {
    picture.clusters.assign(points.size(), -1);
    if (options.clusters == MapClusters::none) return {};
    if (options.clusters == MapClusters::stored) {
        take_stored(picture, points, options.clustering, work);
        return {};
    }
    ClusterFitOptions fit;
    if (options.clusters == MapClusters::usual) fit.clusters = usual_clusters(points.size());
    if (options.clusters == MapClusters::number) fit.clusters = options.cluster_count;
    FittedClustering fitted = fit_clustering(points, fit, work);
    label_clusters(fitted.clustering, points);
    take_clusters(picture, fitted.clustering, fitted.clustering.placement);
    return std::move(fitted.notes);
}

std::string source_name(const std::string& source) {
    std::filesystem::path path = std::filesystem::path(source).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    return source == "-" ? "standard input" : path.filename().string();
}

/// Says in the titles of documents which of them are copies of others.
void name_copies(Points& points) {
    for (std::size_t row = 0; row < points.copies.size(); ++row) {
        const auto other = static_cast<std::size_t>(points.copies[row]);
        if (other == row) continue;
        std::string& title = points.titles[row];
        title += (title.empty() ? "copy of " : " (copy of ") + points.ids[other] + (title.empty() ? "" : ")");
    }
}

}  // namespace

MapResult map(const std::string& source, const MapOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    std::optional<OldPlaces> old;
    if (!options.onto.empty()) old = read_places(options.onto);
    Points points = read_points(source, options.part, work);

    MapResult result;
    MapPicture& picture = result.picture;
    result.notes = cluster_points(picture, points, options, work);
    result.layout = laid_out(points, options.layout, old ? &*old : nullptr, work);
    picture.places = std::move(result.layout.places);
    for (Note& note : result.layout.notes) result.notes.push_back(std::move(note));
    picture.title = options.title.empty() ? source_name(source) : options.title;
    picture.many = name(points.kind);
    picture.one = picture.many.substr(0, picture.many.size() - 1);
    picture.layout = result.layout.description;
    name_copies(points);
    picture.ids = std::move(points.ids);
    picture.titles = std::move(points.titles);
    arrange_clusters(picture);
    return result;
}

}  // namespace eckart::jobs
