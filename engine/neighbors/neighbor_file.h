#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/matrix/dense.h"
#include "engine/neighbors/probe_choice.h"
#include "engine/neighbors/stored_inverted_file.h"
#include "engine/storage/store.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

/// First part of the names of a store's inverted file.
inline constexpr const char* neighbor_prefix = "neighbor";

/// What a store has to find the nearest of its vectors without reading all.
struct NeighborFile {
    NeighborMethod method = NeighborMethod::exact;  ///< exact: nothing is stored
    std::int64_t cells = 0;
    std::int64_t probes =
        0;              ///< cells that a query looks into: a power of two or all, the fewest that reach the recall
    double recall = 0;  ///< of the ten nearest of the queries that it was measured on
    std::string note;   ///< one line on what was made, how well it does beside the exact scan and how fast
};

/// What is asked of a search of cells: that it finds so much of so many nearest.
inline constexpr double least_recall = 0.98;
inline constexpr std::size_t nearest_measured = 10;

/// How many probes of a file have that recall, and at what speed.
using NeighborMeasure = std::function<ProbeMeasure(const InvertedFileView&)>;

/// What is made of `rows` x `cols` vectors: `method`, or where that is `automatic` an inverted file if they take 256 MB
/// or more, since then the scan of all of them takes the better part of a hundredth of a second, and the budget has
/// room for it.
NeighborMethod decided_method(NeighborMethod method, std::int64_t rows, std::int64_t cols, const MemoryBudget& memory);

/// Makes what `method`, which is not `automatic`, asks for of the vectors (n x d), has it measured, and writes it into
/// the store.
///
/// Nothing is written where no vector can be found. Throws MemoryError if it does not fit.
NeighborFile write_neighbor_file(ConstPanelRef<float> vectors, Similarity similarity, NeighborMethod method,
                                 const NeighborMeasure& measured, std::uint64_t seed, const MemoryBudget& memory,
                                 const StoreWriter& writer, const Progress& progress);

}  // namespace eckart
