#pragma once

#include <string>
#include <string_view>

#include "tools/jobs/clusters/clustering.h"
#include "tools/jobs/clusters/fit_clustering.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/points/points.h"

// A clustering on disk is a store of kind "clustering":
//
//   centroids.npy   k x d: float32; if there is an offset, float64, with the offset added unless there is a mean
//   offset.npy      d, float64; only if columns of the rows lie far from zero (see engine/matrix/column_offset.h)
//   mean.npy        d, float32, of the rows less the offset; only if rows are centered
//   labels.npy      n, int32
//   distances.npy   n, float32
//   catalog.sqlite  tables "point" (id, title) and "cluster" (its number, its label, {"size", "representatives"})
//
// The manifest has the options, the figures of the fit and what the numbers of the space follow from.

namespace eckart::jobs {

inline constexpr std::string_view clustering_kind = "clustering";

/// Replaces the store at `path`, or makes it. Throws as StoreWriter does.
void save_clustering(const std::string& path, const FittedClustering& fitted, const Points& points, const Work& work);

/// Opens what save_clustering wrote. Throws as StoreReader does, and DamagedError if the parts do not fit together.
Clustering open_clustering(const std::string& path);

}  // namespace eckart::jobs
