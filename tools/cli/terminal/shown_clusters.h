#pragma once

#include <string>

#include "tools/cli/terminal/session.h"
#include "tools/jobs/clusters/cluster.h"
#include "tools/jobs/clusters/clustering.h"
#include "tools/jobs/points/points.h"

namespace eckart::tools {

/// A line or an object for each row: `id`, `cluster`, `distance`, and `fallback` ("no direction") where it applies.
void print_rows(Session& session, const jobs::Points& points, const jobs::Placement& placement);

/// What `cluster` shows: the numbers of clusters that were tried (`k`, `stability`, `spread`, `chosen`); a line or an
/// object for each cluster (`cluster`, `size`, `label`, `representative`), or with --json unless `summary` for each
/// row; and measures (`metric`, `value`, `n`, `low`, `high`).
void print_clustering(Session& session, const jobs::Points& points, const jobs::ClusterResult& result, bool summary);

/// Writes id, cluster and distance of each row as TSV with a header, to standard output for "-". Tabs and line breaks
/// in ids become spaces.
void write_assignments(Session& session, const std::string& path, const jobs::Points& points,
                       const jobs::Placement& placement);

}  // namespace eckart::tools
