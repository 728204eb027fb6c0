#pragma once

#include "tools/cli/terminal/session.h"
#include "tools/jobs/clustering.h"
#include "tools/jobs/fit_clustering.h"
#include "tools/jobs/points.h"

namespace eckart::tools {

/// A line or an object for each row: `id`, `cluster`, `distance`, and `fallback` ("no direction") where there is one.
void print_rows(Session& session, const Points& points, const Placement& placement);

/// A line or an object for each cluster: `cluster`, `size`, `label`, `representative`.
void print_clusters(Session& session, const Points& points, const Clustering& clustering);

/// A line or an object for each number of clusters that was tried: `k`, `stability`, `spread`, `chosen`.
void print_tried(Session& session, const std::vector<ClusterStability>& tried);

/// Writes id, cluster and distance of each row, a tab between them, under a line of names. Blanks stand for the tabs
/// and line breaks of an id.
void write_assignments(const std::string& path, const Points& points, const Placement& placement, Session& session);

}  // namespace eckart::tools
