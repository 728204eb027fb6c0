#include "tools/jobs/map_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "engine/layout/tsne.h"
#include "engine/neighbors/neighbor_graph.h"
#include "engine/spectral/pca.h"
#include "engine/support/error.h"
#include "tools/jobs/cluster_space.h"

namespace eckart::tools {
namespace {

constexpr double most_perplexity = 10'000, most_exaggeration = 100;
constexpr std::int64_t components_of_sparse = 50;
constexpr std::int64_t compared_neighbors = 10;
constexpr std::int64_t most_compared = 20'000;  ///< places, up to which their neighbours are looked for by every pair

std::size_t at(std::int64_t i) {
    return static_cast<std::size_t>(i);
}

std::int64_t sparse_components(const CsrView& x) {
    return std::min({components_of_sparse, x.rows, x.cols});
}

DenseMatrix dense_rows(const Points& points, Session& session) {
    if (points.is_sparse()) {
        const CsrView x = points.sparse();
        const PcaOptions options = {.components = sparse_components(x),
                                    .seed = static_cast<std::uint64_t>(session.common.seed)};
        session.require_memory(pca_memory(x.rows, x.cols, x.nonzeros(), options), "principal components");
        return project(pca(x, options, session.progress()), x);
    }
    const bool about_mean = points.kind == PointKind::documents && points.size() > 2;
    const ClusterSpace space = cluster_space(points, points.width(), points.are_directions(), about_mean);
    const ClusterRows rows = rows_in(space, points);
    std::int64_t zeros = 0;
    for (const std::uint8_t zero : rows.zero_rows()) zeros += zero;
    if (zeros > 0 && points.are_directions()) {
        session.note(fmt::format("{} of the {} have no direction and lie together", zeros, name(points.kind)));
    }
    return rows.dense();
}

/// Scores of the first two principal components; zeros where rows do not spread so far.
DenseMatrix plane_of(const DenseMatrix& rows, Session& session) {
    DenseMatrix plane = DenseMatrix::Zero(rows.rows(), 2);
    if (rows.rows() < 2) return plane;
    const PcaOptions options = {.components = std::min<std::int64_t>(2, rows.cols()),
                                .tolerance = 1e-3,
                                .seed = static_cast<std::uint64_t>(session.common.seed)};
    const DenseMatrix scores = project(pca(rows, options, session.progress()), rows);
    plane.leftCols(scores.cols()) = scores;
    return plane;
}

NeighborGraphOptions graph_options(const LayoutOptions& options) {
    NeighborGraphOptions graph;
    graph.neighbors = static_cast<std::int64_t>(std::ceil(3 * options.perplexity));
    if (options.exact) graph.method = NeighborGraphOptions::Method::exact;
    return graph;
}

NeighborGraphOptions graph_options(const LayoutOptions& options, Session& session) {
    NeighborGraphOptions graph = graph_options(options);
    graph.seed = static_cast<std::uint64_t>(session.common.seed);
    return graph;
}

/// Of laying out n dense rows by their neighbours.
std::uint64_t neighbor_layout_memory(std::int64_t n, std::int64_t width, const NeighborGraphOptions& wanted) {
    return sizeof(float) * static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(width) +
           neighbor_graph_memory(n, n, width, wanted) + tsne_memory(n, wanted.neighbors);
}

TsneOptions tsne_options(const LayoutOptions& options, Session& session) {
    TsneOptions layout;
    layout.perplexity = options.perplexity;
    layout.exaggeration = options.exaggeration;
    layout.iterations = options.iterations;
    layout.early_iterations = options.iterations / 3;
    layout.seed = static_cast<std::uint64_t>(session.common.seed);
    return layout;
}

std::optional<double> preserved(const NeighborGraph& graph, const DenseMatrix& places, Session& session) {
    const std::int64_t k = std::min(compared_neighbors, graph.neighbors);
    if (k < 1) return std::nullopt;
    NeighborGraphOptions options = {.neighbors = k};
    if (places.rows() > most_compared) options.method = NeighborGraphOptions::Method::cells;
    if (options.method == NeighborGraphOptions::Method::cells) options.probes = 9;
    const NeighborGraph near = neighbor_graph(places, options, session.progress());
    std::int64_t common = 0;
    for (std::int64_t i = 0; i < graph.rows; ++i) {
        const auto rows = graph.indices_of(i).first(at(k)), seen = near.indices_of(i);
        for (const std::int32_t j : rows) common += j >= 0 && std::find(seen.begin(), seen.end(), j) != seen.end();
    }
    return static_cast<double>(common) / static_cast<double>(graph.rows * k);
}

Layout by_components(const DenseMatrix& rows, Session& session) {
    Layout layout;
    layout.places = plane_of(rows, session);
    layout.description = "first two principal components";
    return layout;
}

Layout by_neighbors(const DenseMatrix& rows, const LayoutOptions& options, Session& session) {
    const NeighborGraphOptions wanted = graph_options(options, session);
    session.require_memory(neighbor_layout_memory(rows.rows(), rows.cols(), wanted), "the map");
    const NeighborGraph graph = neighbor_graph(rows, wanted, session.progress());
    Tsne found = tsne(graph, plane_of(rows, session), tsne_options(options, session), session.progress());
    Layout layout;
    layout.preserved = preserved(graph, found.places, session);
    layout.places = std::move(found.places);
    layout.perplexity = found.perplexity;
    layout.divergence = found.divergence;
    layout.description = fmt::format("t-SNE of perplexity {:.3g}", found.perplexity);
    return layout;
}

DenseMatrix gathered(const DenseMatrix& rows, const std::vector<std::int64_t>& which) {
    DenseMatrix result(static_cast<std::int64_t>(which.size()), rows.cols());
    for (std::size_t i = 0; i < which.size(); ++i) result.row(static_cast<std::int64_t>(i)) = rows.row(which[i]);
    return result;
}

Layout among_old(const DenseMatrix& rows, const Points& points, const LayoutOptions& options, const OldPlaces& old,
                 Session& session) {
    std::vector<std::int64_t> known, fresh;
    Layout layout;
    layout.places.resize(rows.rows(), 2);
    for (std::int64_t i = 0; i < rows.rows(); ++i) {
        const auto place = old.find(points.ids[at(i)]);
        (place == old.end() ? fresh : known).push_back(i);
        if (place != old.end()) layout.places.row(i) << place->second.first, place->second.second;
    }
    if (known.empty()) {
        throw UsageError(fmt::format("the old map has none of the {} {}", points.size(), name(points.kind)));
    }
    if (!fresh.empty()) {
        const NeighborGraphOptions wanted = graph_options(options, session);
        const auto m = static_cast<std::int64_t>(fresh.size()), n = static_cast<std::int64_t>(known.size());
        session.require_memory(8 * static_cast<std::uint64_t>(rows.size()) +
                                   neighbor_graph_memory(m, n, rows.cols(), wanted) + tsne_memory(n, 0),
                               "the map");
        const NeighborGraph nearest =
            nearest_rows(gathered(rows, fresh), gathered(rows, known), wanted, session.progress());
        const DenseMatrix placed =
            placed_among(gathered(layout.places, known), nearest, tsne_options(options, session), session.progress());
        for (std::size_t i = 0; i < fresh.size(); ++i)
            layout.places.row(fresh[i]) = placed.row(static_cast<std::int64_t>(i));
    }
    layout.kept = static_cast<std::int64_t>(known.size());
    layout.placed = static_cast<std::int64_t>(fresh.size());
    layout.description = fmt::format("{} placed in the picture of {}", layout.placed, layout.kept);
    return layout;
}

}  // namespace

std::uint64_t layout_memory(const Points& points, const LayoutOptions& options) {
    const std::int64_t n = points.size();
    const std::int64_t width = points.is_sparse() ? sparse_components(points.sparse()) : points.width();
    const std::uint64_t rows = sizeof(float) * static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(width);
    const std::uint64_t made =
        points.is_sparse() ? rows + pca_memory(n, points.width(), points.sparse().nonzeros(), {.components = width})
                           : (points.are_directions() ? 2 : 1) * rows;
    const std::uint64_t plane = rows + pca_memory(n, width, {.components = 2, .tolerance = 1e-3});
    const std::uint64_t layout = options.pca ? 0 : neighbor_layout_memory(n, width, graph_options(options));
    return std::max({made, plane, layout});
}

Layout laid_out(const Points& points, const LayoutOptions& options, const OldPlaces* old, Session& session) {
    if (!(options.perplexity >= 1 && options.perplexity <= most_perplexity)) {
        throw UsageError(fmt::format("--perplexity is from 1 to {}", most_perplexity));
    }
    if (!(options.exaggeration >= 1 && options.exaggeration <= most_exaggeration)) {
        throw UsageError(fmt::format("--exaggeration is from 1 to {}", most_exaggeration));
    }
    if (old && options.pca) throw UsageError("--onto places by neighbours, which --layout pca does not");
    const DenseMatrix rows = dense_rows(points, session);
    if (old) return among_old(rows, points, options, *old, session);
    return options.pca ? by_components(rows, session) : by_neighbors(rows, options, session);
}

}  // namespace eckart::tools
