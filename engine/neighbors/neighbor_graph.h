#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct NeighborGraphOptions {
    std::int64_t neighbors = 90;  ///< k >= 1 wanted for each row; at most one less than there are rows are found

    enum class Method {
        automatic,  ///< exact where that takes seconds, cells elsewhere
        exact,      ///< every pair of rows, O(n^2 d)
        cells       ///< each row among the rows of the k-means cells nearest to it
    };
    Method method = Method::automatic;

    std::int64_t cells = 0;   ///< number of cells; 0: about as many as a cell has rows times 6
    std::int64_t probes = 0;  ///< cells that each row looks into; 0: 32, or all there are
    std::uint64_t seed = 1;   ///< of the k-means that makes the cells
    MemoryBudget memory = {};
};

/// The nearest rows of each row, by Euclidean distance.
struct NeighborGraph {
    std::int64_t rows = 0;                 ///< n
    std::int64_t neighbors = 0;            ///< k
    std::vector<std::int32_t> indices;     ///< n x k, nearest first, ties by index; -1 where too few were in reach
    std::vector<float> squared_distances;  ///< n x k; infinity beside -1
    bool exact = true;                     ///< false if cells were searched

    std::span<const std::int32_t> indices_of(std::int64_t row) const {
        return std::span(indices).subspan(row * neighbors, neighbors);
    }
    std::span<const float> squared_distances_of(std::int64_t row) const {
        return std::span(squared_distances).subspan(row * neighbors, neighbors);
    }
};

/// The k nearest rows of every row of x (n x d), the row itself left out.
///
/// Pairs are ranked by blocked products of the centered rows in float32; the distances of those kept are then summed
/// again from the differences, so that equal rows are at distance 0. Two rows whose distances to a third differ by less
/// than the roundoff of the product may change places at the end of a list.
///
/// `cells` parts the rows into k-means cells and ranks each row against those of the cells whose centroids are nearest
/// to it [Jegou, Douze and Schmid, "Product quantization for nearest neighbor search", PAMI 33, 2011, of inverted
/// files]; a neighbor is missed where its cell is not among them. Costs O(n^2 d probes / cells).
///
/// Same bytes for any number of threads. Memory: `neighbor_graph_memory`. Throws UsageError if an option is out of
/// range or an entry of x is not finite, MemoryError past the budget.
[[nodiscard]] NeighborGraph neighbor_graph(ConstPanelRef<float> x, const NeighborGraphOptions& options = {},
                                           const Progress& progress = {});

/// The k nearest rows of x (n x d) for each of `queries` (m x d), likewise; a query that is equal to a row finds it.
[[nodiscard]] NeighborGraph nearest_rows(ConstPanelRef<float> queries, ConstPanelRef<float> x,
                                         const NeighborGraphOptions& options = {}, const Progress& progress = {});

/// Bytes that either holds at most, its result among them, for m queries (n for the graph) and n rows of d columns.
std::uint64_t neighbor_graph_memory(std::int64_t queries, std::int64_t rows, std::int64_t columns,
                                    const NeighborGraphOptions& options = {});

}  // namespace eckart
