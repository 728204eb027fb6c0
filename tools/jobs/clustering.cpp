#include "tools/jobs/clustering.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>

#include "engine/matrix/unit_rows.h"
#include "engine/storage/catalog.h"
#include "engine/storage/npy.h"
#include "engine/support/error.h"
#include "engine/support/top_k.h"

namespace eckart::tools {
namespace {

constexpr const char* centroids_file = "centroids.npy";
constexpr const char* mean_file = "mean.npy";
constexpr const char* labels_file = "labels.npy";
constexpr const char* distances_file = "distances.npy";
constexpr const char* catalog_file = "catalog.sqlite";

/// Rows of each cluster that have a direction, and its first row.
struct Members {
    std::vector<std::int64_t> sizes;
    std::vector<std::int64_t> first;
};

Members members_of(const Kmeans& found, std::span<const std::uint8_t> directionless) {
    const auto k = static_cast<std::size_t>(found.centroids.rows());
    Members members{std::vector<std::int64_t>(k, 0), std::vector<std::int64_t>(k, 0)};
    for (std::size_t row = 0; row < found.labels.size(); ++row) {
        if (directionless[row] != 0) continue;
        const auto label = static_cast<std::size_t>(found.labels[row]);
        if (members.sizes[label]++ == 0) members.first[label] = static_cast<std::int64_t>(row);
    }
    return members;
}

/// The clusters that are not empty, largest first.
std::vector<std::int32_t> order_of(const Members& members) {
    std::vector<std::int32_t> order;
    for (std::size_t c = 0; c < members.sizes.size(); ++c) {
        if (members.sizes[c] > 0) order.push_back(static_cast<std::int32_t>(c));
    }
    std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
        const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
        return members.sizes[i] != members.sizes[j] ? members.sizes[i] > members.sizes[j]
                                                    : members.first[i] < members.first[j];
    });
    return order;
}

Placement placement_of(std::span<const std::int32_t> labels, std::span<const float> squared_distances,
                       std::vector<std::uint8_t> directionless) {
    Placement placement{{labels.begin(), labels.end()}, {}, std::move(directionless)};
    for (std::size_t row = 0; row < labels.size(); ++row) {
        const bool lost = placement.directionless[row] != 0;
        if (lost) placement.labels[row] = 0;
        placement.distances.push_back(lost ? 1.0F : std::sqrt(squared_distances[row]));
    }
    return placement;
}

/// Rows that have no direction, where it is the direction that counts.
std::vector<std::uint8_t> directionless_rows(const ClusterSpace& space, const ClusterRows& rows) {
    return space.unit ? rows.zero_rows() : std::vector<std::uint8_t>(static_cast<std::size_t>(rows.size()));
}

void add_representatives(Clustering& clustering, const Points& points, std::int64_t count) {
    const std::vector<std::int32_t> places = points.places();
    std::vector<TopK<float>> nearest(clustering.clusters.size(), TopK<float>(static_cast<std::size_t>(count), places));
    const Placement& placement = clustering.placement;
    for (std::size_t row = 0; row < placement.labels.size(); ++row) {
        if (placement.directionless[row] != 0) continue;
        nearest[static_cast<std::size_t>(placement.labels[row])].offer(static_cast<std::int32_t>(row),
                                                                       -placement.distances[row]);
    }
    for (std::size_t c = 0; c < nearest.size(); ++c) {
        for (const auto& row : nearest[c].take()) clustering.clusters[c].representatives.push_back(row.index);
    }
}

/// Reads a manifest's member, or says that the store is damaged.
template <class Read>
auto read_fields(const StoreReader& store, const Read& read) {
    try {
        return read(nlohmann::json::parse(store.manifest_json()));
    } catch (const nlohmann::json::exception& problem) {
        throw DamagedError(store.path() + ": the manifest of the clustering lacks what it needs (" + problem.what() +
                           "); cluster anew");
    }
}

PointKind kind_named(const std::string& word) {
    for (const PointKind kind :
         {PointKind::documents, PointKind::terms, PointKind::items, PointKind::users, PointKind::rows}) {
        if (name(kind) == word) return kind;
    }
    throw DamagedError("a clustering of '" + word + "', which this program does not know");
}

void write_catalog(const StoreWriter& store, const Clustering& clustering, const Points& points) {
    CatalogWriter rows(store.file(catalog_file), "point");
    for (std::size_t row = 0; row < points.ids.size(); ++row) rows.add(points.ids[row], points.titles[row]);
    rows.finish();
    CatalogWriter clusters(store.file(catalog_file), "cluster");
    for (std::size_t c = 0; c < clustering.clusters.size(); ++c) {
        const ClusterDescription& cluster = clustering.clusters[c];
        const nlohmann::json attributes = {{"size", cluster.size}, {"representatives", cluster.representatives}};
        clusters.add(std::to_string(c), cluster.label, attributes.dump());
    }
    clusters.finish();
}

std::vector<ClusterDescription> read_clusters(const StoreReader& store) {
    const Catalog catalog(store.file(catalog_file), "cluster");
    std::vector<ClusterDescription> clusters;
    for (std::int64_t row = 0; row < catalog.size(); ++row) {
        const CatalogEntry entry = catalog.entry(row);
        const auto attributes = nlohmann::json::parse(entry.attributes);
        clusters.push_back({attributes.at("size").get<std::int64_t>(), entry.title,
                            attributes.at("representatives").get<std::vector<std::int64_t>>()});
    }
    return clusters;
}

/// The arrays; their shapes must be those that the manifest gives.
void read_arrays(const StoreReader& store, std::int64_t clusters, std::int64_t rows, bool centred,
                 Clustering& clustering) {
    const std::int64_t d = clustering.space.dimensions;
    const MappedArray<float> centroids(store.file(centroids_file), {clusters, d});
    clustering.centroids = ConstMatrixMap(centroids.values().data(), clusters, d);
    if (centred) {
        const MappedArray<float> mean(store.file(mean_file), {d});
        clustering.space.mean = Eigen::Map<const Eigen::VectorXf>(mean.values().data(), d);
    }
    const MappedArray<std::int32_t> labels(store.file(labels_file), {rows});
    const MappedArray<float> distances(store.file(distances_file), {rows});
    clustering.placement.labels.assign(labels.values().begin(), labels.values().end());
    clustering.placement.distances.assign(distances.values().begin(), distances.values().end());
    const auto is_wrong = [&](std::int32_t label) { return label < 0 || label >= clusters; };
    if (!clustering.centroids.allFinite() ||
        std::any_of(clustering.placement.labels.begin(), clustering.placement.labels.end(), is_wrong)) {
        throw DamagedError(store.path() + ": its labels or centroids are none; cluster anew");
    }
}

}  // namespace

Clustering clustering_of(const Points& points, const ClusterSpace& space, const ClusterRows& rows, const Kmeans& found,
                         std::int64_t representatives) {
    Clustering clustering{.kind = points.kind,
                          .source = std::filesystem::absolute(points.source).lexically_normal().string(),
                          .fingerprint = points.space,
                          .width = points.width(),
                          .space = space,
                          .centroids = {},
                          .placement = {},
                          .clusters = {}};
    std::vector<std::uint8_t> directionless = directionless_rows(space, rows);
    const Members members = members_of(found, directionless);
    const std::vector<std::int32_t> order = order_of(members);
    std::vector<std::int32_t> number(members.sizes.size(), 0);
    clustering.centroids.resize(static_cast<Eigen::Index>(order.size()), found.centroids.cols());
    for (std::size_t c = 0; c < order.size(); ++c) {
        number[static_cast<std::size_t>(order[c])] = static_cast<std::int32_t>(c);
        clustering.centroids.row(static_cast<Eigen::Index>(c)) = found.centroids.row(order[c]);
    }
    std::vector<std::int32_t> labels(found.labels.size());
    for (std::size_t row = 0; row < labels.size(); ++row) {
        labels[row] = number[static_cast<std::size_t>(found.labels[row])];
    }
    clustering.placement = placement_of(labels, found.squared_distances, std::move(directionless));
    clustering.clusters.resize(order.size());
    for (const std::int32_t label : clustering.placement.labels) {
        ++clustering.clusters[static_cast<std::size_t>(label)].size;
    }
    add_representatives(clustering, points, representatives);
    return clustering;
}

Placement place_rows(const Clustering& clustering, const ClusterRows& rows) {
    Assignment nearest;
    if (!rows.is_sparse()) {
        nearest = assign_to_centroids(rows.dense(), clustering.centroids);
    } else if (clustering.space.unit) {
        nearest = assign_to_centroids(unit_rows(rows.sparse()), clustering.centroids);
    } else {
        nearest = assign_to_centroids(rows.sparse(), clustering.centroids);
    }
    return placement_of(nearest.labels, nearest.squared_distances, directionless_rows(clustering.space, rows));
}

void save_clustering(const std::string& path, const Clustering& clustering, const Points& points,
                     const nlohmann::ordered_json& fields, const Progress& progress) {
    StoreWriter store = StoreWriter::begin(path);
    const auto& [centroids, mean] = std::tie(clustering.centroids, clustering.space.mean);
    write_npy<float>(store.file(centroids_file), {centroids.data(), static_cast<std::size_t>(centroids.size())},
                     {centroids.rows(), centroids.cols()});
    if (clustering.space.centred()) {
        write_npy<float>(store.file(mean_file), {mean.data(), static_cast<std::size_t>(mean.size())}, {mean.size()});
    }
    write_npy(store.file(labels_file), clustering.placement.labels);
    write_npy(store.file(distances_file), clustering.placement.distances);
    write_catalog(store, clustering, points);
    nlohmann::ordered_json manifest = {{"clusters", clustering.size()},
                                       {"rows", clustering.placement.labels.size()},
                                       {"of", name(clustering.kind)},
                                       {"source", clustering.source},
                                       {"fingerprint", clustering.fingerprint},
                                       {"width", clustering.width},
                                       {"dimensions", clustering.space.dimensions},
                                       {"spherical", clustering.space.unit},
                                       {"centred", clustering.space.centred()}};
    manifest.update(fields);
    store.publish(clustering_kind, manifest.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace),
                  progress);
}

Clustering open_clustering(const std::string& path) {
    const StoreReader store = StoreReader::open(path, clustering_kind);
    return read_fields(store, [&](const nlohmann::json& manifest) {
        Clustering clustering;
        clustering.kind = kind_named(manifest.at("of").get<std::string>());
        clustering.source = manifest.at("source").get<std::string>();
        clustering.fingerprint = manifest.at("fingerprint").get<std::string>();
        clustering.width = manifest.at("width").get<std::int64_t>();
        clustering.space.dimensions = manifest.at("dimensions").get<std::int64_t>();
        clustering.space.unit = manifest.at("spherical").get<bool>();
        read_arrays(store, manifest.at("clusters").get<std::int64_t>(), manifest.at("rows").get<std::int64_t>(),
                    manifest.at("centred").get<bool>(), clustering);
        clustering.clusters = read_clusters(store);
        if (static_cast<std::int64_t>(clustering.clusters.size()) != clustering.size()) {
            throw DamagedError(store.path() + ": its catalogue has not its clusters; cluster anew");
        }
        return clustering;
    });
}

}  // namespace eckart::tools
