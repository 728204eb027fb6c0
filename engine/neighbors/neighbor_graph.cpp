#include "engine/neighbors/neighbor_graph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "engine/neighbors/exact_search.h"
#include "engine/neighbors/inverted_file.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

// A batch of searches by distance, each row a query: exact_search where that takes seconds, inverted_file elsewhere.
//
// Floor: 2 m n d probes / cells flops for the products; 178,662 rows of 223 columns, 32 of 1035 cells: 4.4e11, 2.2 s at
// the 200 Gflop/s of two cores. The selection reads each score once: 1e9 of them.

namespace eckart {
namespace {

constexpr std::int64_t default_probes = 32;
constexpr double flops_of_seconds = 5e11;  ///< up to which every pair is looked at
constexpr std::int64_t graph_rows = 4096;

using Method = NeighborGraphOptions::Method;

bool exact(std::int64_t queries, std::int64_t rows, std::int64_t columns, Method method) {
    const double flops = 2 * static_cast<double>(queries) * static_cast<double>(rows) * static_cast<double>(columns);
    return method == Method::exact || (method == Method::automatic && flops <= flops_of_seconds);
}

InvertedFileOptions cell_options(std::int64_t rows, const NeighborGraphOptions& options) {
    const auto usual = static_cast<std::int64_t>(std::sqrt(6.0 * static_cast<double>(rows)));
    const std::int64_t cells = options.cells > 0 ? options.cells : std::max<std::int64_t>(usual, 1);
    return {.cells = cells, .iterations = 8, .rows_a_cell = 48, .seed = options.seed};  // centroids need not be good
}

std::int64_t probes_of(const NeighborGraphOptions& options) {
    return options.probes > 0 ? options.probes : default_probes;
}

void check(const NeighborGraphOptions& options) {
    if (options.neighbors < 1) throw UsageError("a neighbor graph needs at least 1 neighbor a row");
    if (options.cells < 0 || options.probes < 0) throw UsageError("cells and probes of a search cannot be negative");
}

void require_finite(ConstPanelRef<float> x) {
    parallel_blocks(x.rows(), graph_rows, [&](Range rows) {
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            if (!x.row(i).allFinite())
                throw UsageError("row " + std::to_string(i) + " has an entry that is not finite");
        }
    });
}

/// The `count` nearest rows of x for each query.
std::vector<Neighbors> searched(ConstPanelRef<float> queries, ConstPanelRef<float> x, std::size_t count, bool exactly,
                                const NeighborGraphOptions& options, const Progress& progress) {
    if (exactly) return nearest_to_each(x, queries, count, Similarity::distance, {}, progress);
    const InvertedFile file =
        inverted_file(x, Similarity::distance, cell_options(x.rows(), options), options.memory, progress);
    return probed_by_each(view(file), x, queries, count, {.probes = probes_of(options)}, {}, progress);
}

/// `self` is the row that is left out, or -1.
void keep(const Neighbors& found, std::int64_t row, std::int32_t self, NeighborGraph& graph) {
    std::int64_t place = row * graph.neighbors;
    const std::int64_t end = place + graph.neighbors;
    for (const auto& entry : found) {
        if (entry.index == self || place == end) continue;
        graph.indices[place] = entry.index;
        graph.squared_distances[place++] = -entry.score;
    }
}

NeighborGraph found_neighbors(ConstPanelRef<float> queries, ConstPanelRef<float> x, bool without_self,
                              const NeighborGraphOptions& options, const Progress& progress) {
    check(options);
    options.memory.require(neighbor_graph_memory(queries.rows(), x.rows(), x.cols(), options),
                           "the nearest of " + std::to_string(x.rows()) + " rows");
    require_finite(x);
    NeighborGraph graph;
    graph.rows = queries.rows();
    graph.neighbors = std::min(options.neighbors, std::max<std::int64_t>(0, x.rows() - (without_self ? 1 : 0)));
    graph.exact = exact(queries.rows(), x.rows(), x.cols(), options.method);
    graph.indices.assign(graph.rows * graph.neighbors, -1);
    graph.squared_distances.assign(graph.indices.size(), std::numeric_limits<float>::infinity());
    if (graph.indices.empty()) return graph;
    const std::size_t wanted = graph.neighbors + (without_self ? 1 : 0);
    const std::vector<Neighbors> found = searched(queries, x, wanted, graph.exact, options, progress);
    for (std::int64_t row = 0; row < graph.rows; ++row) {
        keep(found[row], row, without_self ? static_cast<std::int32_t>(row) : -1, graph);
    }
    return graph;
}

}  // namespace

NeighborGraph neighbor_graph(ConstPanelRef<float> x, const NeighborGraphOptions& options, const Progress& progress) {
    return found_neighbors(x, x, true, options, progress);
}

NeighborGraph nearest_rows(ConstPanelRef<float> queries, ConstPanelRef<float> x, const NeighborGraphOptions& options,
                           const Progress& progress) {
    if (queries.cols() != x.cols()) {
        throw UsageError("queries have " + std::to_string(queries.cols()) + " columns, the rows " +
                         std::to_string(x.cols()));
    }
    return found_neighbors(queries, x, false, options, progress);
}

std::uint64_t neighbor_graph_memory(std::int64_t queries, std::int64_t rows, std::int64_t columns,
                                    const NeighborGraphOptions& options) {
    const std::uint64_t m = queries, n = rows, d = columns, k = std::min(options.neighbors, rows);
    const std::uint64_t lists = m * (8 * k + sizeof(Neighbors) + 8 * (k + 1));  // of the graph, and of the search
    const std::uint64_t threads = std::max(thread_count(), 1);
    const std::uint64_t tasks = threads * 2048 * (16 * (k + 256) + 8 * d);
    if (exact(queries, rows, columns, options.method)) {
        return lists + tasks + 4 * d * (m + n);  // centered copies
    }
    return lists + tasks + inverted_file_memory(rows, columns, cell_options(rows, options)) + 4 * n * d;
}

}  // namespace eckart
