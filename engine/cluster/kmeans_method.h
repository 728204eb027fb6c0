#pragma once

#include <cstdint>

#include "engine/cluster/kmeans.h"

namespace eckart {

/// The method that k-means uses for n rows of d columns: the one asked for, or what automatic stands for; but hamerly
/// or lloyd, if those alone fit `options.memory`. Throws MemoryError if not even lloyd does.
KmeansMethod method_to_use(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, const KmeansOptions& options);

/// Panels a group of centroids, for methods with bounds; 0 makes one group of all.
std::int64_t panels_a_group(KmeansMethod method);

}  // namespace eckart
