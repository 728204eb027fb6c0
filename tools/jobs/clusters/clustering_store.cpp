#include "tools/jobs/clusters/clustering_store.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/storage/catalog.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"

namespace eckart::jobs {
namespace {

constexpr const char* centroids_file = "centroids.npy";
constexpr const char* offset_file = "offset.npy";
constexpr const char* mean_file = "mean.npy";
constexpr const char* labels_file = "labels.npy";
constexpr const char* distances_file = "distances.npy";
constexpr const char* catalog_file = "catalog.sqlite";

/// Reads a manifest's member, or says that the store is damaged.
template <class Read>
auto read_fields(const StoreReader& store, const Read& read) {
    try {
        return read(nlohmann::json::parse(store.manifest_json()));
    } catch (const nlohmann::json::exception& problem) {
        throw DamagedError(store.path() + ": its manifest is not that of a clustering (" + problem.what() +
                           "); cluster again");
    }
}

PointKind kind_named(const std::string& word) {
    for (const PointKind kind :
         {PointKind::documents, PointKind::terms, PointKind::items, PointKind::users, PointKind::rows}) {
        if (name(kind) == word) return kind;
    }
    throw DamagedError("found a clustering of '" + word + "', expected documents, terms, items, users or rows");
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

template <class Matrix>
void write_matrix(const std::string& path, const Matrix& matrix, const std::vector<std::int64_t>& shape) {
    using Real = typename Matrix::Scalar;
    write_npy<Real>(path, {matrix.data(), static_cast<std::size_t>(matrix.size())}, shape);
}

/// Whether the stored centroids have the offset added: about a mean they are none of rows as they were given.
bool has_offset_added(const ClusterSpace& space) {
    return space.offset.size() > 0 && !space.centered();
}

void write_centroids(const StoreWriter& store, const Clustering& clustering) {
    const DenseMatrix& centroids = clustering.centroids;
    const Eigen::VectorXd& offset = clustering.space.offset;
    const std::vector<std::int64_t> shape = {centroids.rows(), centroids.cols()};
    if (offset.size() == 0) return write_matrix(store.file(centroids_file), centroids, shape);
    DenseMatrixF64 placed = centroids.cast<double>();
    if (has_offset_added(clustering.space)) placed.rowwise() += offset.transpose();
    write_matrix(store.file(centroids_file), placed, shape);
    write_matrix(store.file(offset_file), offset, {offset.size()});
}

void write_arrays(const StoreWriter& store, const Clustering& clustering) {
    write_centroids(store, clustering);
    const Eigen::VectorXf& mean = clustering.space.mean;
    if (clustering.space.centered()) write_matrix(store.file(mean_file), mean, {mean.size()});
    write_npy(store.file(labels_file), clustering.placement.labels);
    write_npy(store.file(distances_file), clustering.placement.distances);
}

/// Reads offset, mean and centroids; their shapes must be those that the manifest gives.
void read_space(const StoreReader& store, const nlohmann::json& manifest, Clustering& clustering) {
    ClusterSpace& space = clustering.space;
    const auto clusters = manifest.at("clusters").get<std::int64_t>();
    const std::int64_t d = space.dimensions;
    if (manifest.at("centred").get<bool>()) {
        const MappedArray<float> mean(store.file(mean_file), {d});
        space.mean = Eigen::Map<const Eigen::VectorXf>(mean.values().data(), d);
    }
    if (!manifest.value("offset", false)) {
        const MappedArray<float> centroids(store.file(centroids_file), {clusters, d});
        clustering.centroids = ConstMatrixMap(centroids.values().data(), clusters, d);
        return;
    }
    const MappedArray<double> offset(store.file(offset_file), {d});
    space.offset = Eigen::Map<const Eigen::VectorXd>(offset.values().data(), d);
    const MappedArray<double> centroids(store.file(centroids_file), {clusters, d});
    DenseMatrixF64 placed = Eigen::Map<const DenseMatrixF64>(centroids.values().data(), clusters, d);
    if (has_offset_added(space)) placed.rowwise() -= space.offset.transpose();
    clustering.centroids = placed.cast<float>();
}

void read_placement(const StoreReader& store, std::int64_t rows, Placement& placement) {
    const MappedArray<std::int32_t> labels(store.file(labels_file), {rows});
    const MappedArray<float> distances(store.file(distances_file), {rows});
    placement.labels.assign(labels.values().begin(), labels.values().end());
    placement.distances.assign(distances.values().begin(), distances.values().end());
}

void check(const StoreReader& store, const Clustering& clustering) {
    const auto is_wrong = [&](std::int32_t label) { return label < 0 || label >= clustering.size(); };
    const auto& labels = clustering.placement.labels;
    if (!clustering.centroids.allFinite() || std::any_of(labels.begin(), labels.end(), is_wrong)) {
        throw DamagedError(store.path() + ": its labels or centroids are damaged; cluster again");
    }
    if (static_cast<std::int64_t>(clustering.clusters.size()) != clustering.size()) {
        throw DamagedError(store.path() + ": its catalog does not list its clusters; cluster again");
    }
}

nlohmann::ordered_json space_fields(const Clustering& clustering) {
    nlohmann::ordered_json fields = {{"clusters", clustering.size()},
                                     {"rows", clustering.placement.labels.size()},
                                     {"of", name(clustering.kind)},
                                     {"source", clustering.source},
                                     {"fingerprint", clustering.fingerprint},
                                     {"width", clustering.width},
                                     {"dimensions", clustering.space.dimensions},
                                     {"spherical", clustering.space.unit},
                                     {"centred", clustering.space.centered()}};
    if (clustering.space.offset.size() > 0) fields["offset"] = true;
    return fields;
}

nlohmann::ordered_json fit_fields(const FittedClustering& fitted) {
    const Clustering& clustering = fitted.clustering;
    const KmeansOptions& options = fitted.options;
    const Kmeans& found = fitted.kmeans;
    std::vector<std::int64_t> sizes;
    for (const ClusterDescription& cluster : clustering.clusters) sizes.push_back(cluster.size);
    nlohmann::ordered_json fields = {
        {"sizes", sizes},
        {"directionless", clustering.placement.directionless_rows()},
        {"options",
         {{"starts", options.starts},
          {"start", name(options.start)},
          {"method", name(found.method)},
          {"iterations", options.iterations},
          {"tolerance", options.tolerance},
          {"seed", options.seed},
          {"minibatch", fitted.minibatch ? nlohmann::ordered_json(*fitted.minibatch) : nullptr}}},
        {"certificate",
         {{"inertia", found.inertia},
          {clustering.space.unit ? "mean_cosine" : "explained", fitted.closeness},
          {"iterations", found.iterations},
          {"converged", found.converged},
          {"repaired", found.repaired},
          {"objective", found.objective}}}};
    for (const ClusterStability& tried : fitted.tried) {
        fields["tried"].push_back({{"k", tried.clusters}, {"stability", tried.stability}});
    }
    return fields;
}

}  // namespace

void save_clustering(const std::string& path, const FittedClustering& fitted, const Points& points, const Work& work) {
    StoreWriter store = StoreWriter::begin(path);
    write_arrays(store, fitted.clustering);
    write_catalog(store, fitted.clustering, points);
    nlohmann::ordered_json manifest = space_fields(fitted.clustering);
    manifest.update(fit_fields(fitted));
    store.publish(clustering_kind, manifest.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace),
                  work.progress);
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
        read_space(store, manifest, clustering);
        read_placement(store, manifest.at("rows").get<std::int64_t>(), clustering.placement);
        clustering.clusters = read_clusters(store);
        check(store, clustering);
        return clustering;
    });
}

}  // namespace eckart::jobs
