#pragma once

#include <cstdint>
#include <string>

#include "engine/matrix/dense.h"
#include "engine/neighbors/stored_inverted_file.h"
#include "engine/storage/store.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart::text {

/// First part of the names of an index's inverted file of document vectors.
inline constexpr const char* neighbor_prefix = "neighbor";

/// What an index has to find the documents nearest in meaning without reading the vectors of all.
struct NeighborFile {
    NeighborMethod method = NeighborMethod::exact;  ///< exact: nothing is stored
    std::int64_t cells = 0;
    std::int64_t probes = 0;  ///< cells that a query looks into: a power of two, the fewest that reach the recall
    double recall = 0;        ///< of the ten nearest of documents of the index, as measured
    std::string note;         ///< one line on what was made, how well it does beside the exact scan and how fast
};

/// Makes what `method` asks for of the vectors (documents x k), measures it beside the exact search on documents of the
/// index (each document itself left out), and writes it into the store. `automatic` makes an inverted file where the
/// vectors take 256 MB or more, since then the scan of all of them takes the better part of a hundredth of a second,
/// and the budget has room for it.
///
/// The probes are those that find .98 of the ten nearest. Throws MemoryError if what was asked for does not fit.
NeighborFile write_neighbor_file(const DenseMatrix& vectors, NeighborMethod method, std::uint64_t seed,
                                 const MemoryBudget& memory, const StoreWriter& writer, const Progress& progress);

}  // namespace eckart::text
