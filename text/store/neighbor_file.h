#pragma once

#include <cstdint>

#include "engine/neighbors/neighbor_file.h"

namespace eckart::text {

/// Makes what `method` asks for of an index's vectors (documents x k), as `decided_method` has it, measures it on
/// documents of the index (each document itself left out), and writes it into the store. Throws MemoryError if what was
/// asked for does not fit.
NeighborFile write_document_cells(const DenseMatrix& vectors, NeighborMethod method, std::uint64_t seed,
                                  const MemoryBudget& memory, const StoreWriter& writer, const Progress& progress);

}  // namespace eckart::text
