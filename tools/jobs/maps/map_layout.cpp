#include "tools/jobs/maps/map_layout.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "engine/layout/tsne.h"
#include "engine/neighbors/neighbor_graph.h"
#include "engine/spectral/pca.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tools/jobs/clusters/cluster_rows.h"

namespace eckart::jobs {
namespace {

constexpr double most_perplexity = 10'000, most_exaggeration = 100;
constexpr std::int64_t components_of_sparse = 50;
constexpr std::int64_t compared_neighbors = 10;
constexpr std::int64_t most_compared = 20'000;  ///< places, up to which all pairs are compared for their neighbors

std::int64_t sparse_components(const CsrView& x) {
    return std::min({components_of_sparse, x.rows, x.cols});
}

/// The rows that are laid out; adds to `notes` what is to be said of them.
DenseMatrix dense_rows(const Points& points, const Work& work, Notes& notes) {
    if (points.is_sparse()) {
        const CsrView x = points.sparse();
        const PcaOptions options = {.components = sparse_components(x), .seed = work.seed};
        work.require_memory(pca_memory(x.rows, x.cols, x.nonzeros(), options), "principal components");
        return project(pca(x, options, work.progress), x);
    }
    const bool about_mean = points.kind == PointKind::documents && points.size() > 2;
    const ClusterSpace space = cluster_space(points, points.width(), points.are_directions(), about_mean);
    const ClusterRows rows = rows_in(space, points);
    std::int64_t zeros = 0;
    for (const std::uint8_t zero : rows.zero_rows()) zeros += zero;
    if (zeros > 0 && points.are_directions()) {
        notes.push_back(
            {"no-direction", fmt::format("{} of {} {} no direction; such points lie together", zeros,
                                         counted(points.size(), points.kind), zeros == 1 ? "has" : "have")});
    }
    return rows.dense();
}

/// Scores of the first two principal components; zeros where rows do not spread so far.
DenseMatrix plane_of(const DenseMatrix& rows, const Work& work) {
    DenseMatrix plane = DenseMatrix::Zero(rows.rows(), 2);
    if (rows.rows() < 2) return plane;
    const PcaOptions options = {
        .components = std::min<std::int64_t>(2, rows.cols()), .tolerance = 1e-3, .seed = work.seed};
    const DenseMatrix scores = project(pca(rows, options, work.progress), rows);
    plane.leftCols(scores.cols()) = scores;
    return plane;
}

NeighborGraphOptions graph_options(const LayoutOptions& options) {
    NeighborGraphOptions graph;
    graph.neighbors = static_cast<std::int64_t>(std::ceil(3 * options.perplexity));
    if (options.exact) graph.method = NeighborGraphOptions::Method::exact;
    return graph;
}

NeighborGraphOptions graph_options(const LayoutOptions& options, const Work& work) {
    NeighborGraphOptions graph = graph_options(options);
    graph.seed = work.seed;
    return graph;
}

/// Of laying out n dense rows by their neighbors.
std::uint64_t neighbor_layout_memory(std::int64_t n, std::int64_t width, const NeighborGraphOptions& wanted) {
    return sizeof(float) * static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(width) +
           neighbor_graph_memory(n, n, width, wanted) + tsne_memory(n, wanted.neighbors);
}

TsneOptions tsne_options(const LayoutOptions& options, const Work& work) {
    TsneOptions layout;
    layout.perplexity = options.perplexity;
    layout.exaggeration = options.exaggeration;
    layout.iterations = options.iterations;
    layout.early_iterations = options.iterations / 3;
    layout.seed = work.seed;
    return layout;
}

std::optional<double> preserved(const NeighborGraph& graph, const DenseMatrix& places, const Work& work) {
    const std::int64_t k = std::min(compared_neighbors, graph.neighbors);
    if (k < 1) return std::nullopt;
    NeighborGraphOptions options = {.neighbors = k};
    if (places.rows() > most_compared) options.method = NeighborGraphOptions::Method::cells;
    if (options.method == NeighborGraphOptions::Method::cells) options.probes = 9;
    const NeighborGraph near = neighbor_graph(places, options, work.progress);
    std::int64_t common = 0;
    for (std::int64_t i = 0; i < graph.rows; ++i) {
        const auto rows = graph.indices_of(i).first(k), seen = near.indices_of(i);
        for (const std::int32_t j : rows) common += j >= 0 && std::find(seen.begin(), seen.end(), j) != seen.end();
    }
    return static_cast<double>(common) / static_cast<double>(graph.rows * k);
}

Layout by_components(const DenseMatrix& rows, const Work& work) {
    Layout layout;
    layout.places = plane_of(rows, work);
    layout.description = "first two principal components";
    return layout;
}

Layout by_neighbors(const DenseMatrix& rows, const LayoutOptions& options, const Work& work) {
    const NeighborGraphOptions wanted = graph_options(options, work);
    work.require_memory(neighbor_layout_memory(rows.rows(), rows.cols(), wanted), "the map");
    const NeighborGraph graph = neighbor_graph(rows, wanted, work.progress);
    Tsne found = tsne(graph, plane_of(rows, work), tsne_options(options, work), work.progress);
    Layout layout;
    layout.preserved = preserved(graph, found.places, work);
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
                 const Work& work) {
    std::vector<std::int64_t> known, fresh;
    Layout layout;
    layout.places.resize(rows.rows(), 2);
    for (std::int64_t i = 0; i < rows.rows(); ++i) {
        const auto place = old.find(points.ids[i]);
        (place == old.end() ? fresh : known).push_back(i);
        if (place != old.end()) layout.places.row(i) << place->second.first, place->second.second;
    }
    if (known.empty()) {
        throw UsageError(fmt::format("the earlier map has none of the {} {}", points.size(), name(points.kind)));
    }
    if (!fresh.empty()) {
        const NeighborGraphOptions wanted = graph_options(options, work);
        const auto m = static_cast<std::int64_t>(fresh.size()), n = static_cast<std::int64_t>(known.size());
        work.require_memory(8 * static_cast<std::uint64_t>(rows.size()) +
                                neighbor_graph_memory(m, n, rows.cols(), wanted) + tsne_memory(n, 0),
                            "the map");
        const NeighborGraph nearest = nearest_rows(gathered(rows, fresh), gathered(rows, known), wanted, work.progress);
        const DenseMatrix placed =
            placed_among(gathered(layout.places, known), nearest, tsne_options(options, work), work.progress);
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

Layout laid_out(const Points& points, const LayoutOptions& options, const OldPlaces* old, const Work& work) {
    const ThreadLimit threads(work.threads);
    if (!(options.perplexity >= 1 && options.perplexity <= most_perplexity)) {
        throw UsageError(fmt::format("found the perplexity {}, expected 1 to {}", options.perplexity, most_perplexity));
    }
    if (!(options.exaggeration >= 1 && options.exaggeration <= most_exaggeration)) {
        throw UsageError(
            fmt::format("found the exaggeration {}, expected 1 to {}", options.exaggeration, most_exaggeration));
    }
    if (old && options.pca) throw UsageError("an earlier map cannot be continued by principal components; use t-SNE");
    Notes notes;
    const DenseMatrix rows = dense_rows(points, work, notes);
    Layout layout = old           ? among_old(rows, points, options, *old, work)
                    : options.pca ? by_components(rows, work)
                                  : by_neighbors(rows, options, work);
    layout.notes = std::move(notes);
    return layout;
}

}  // namespace eckart::jobs
