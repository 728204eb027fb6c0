#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/jobs/plans/plan.h"

namespace eckart::jobs {

// Both read the points, and work on two parts of them. Both throw as read_points, and UsageError as the work itself
// where the source does not go with it.

/// What clustering a part of a source (see read_points) into so many clusters would take.
[[nodiscard]] Plan plan_clustering(const std::string& source, std::string_view part, std::int64_t clusters,
                                   const Work& work);

/// What a map of a part of a source would take.
[[nodiscard]] Plan plan_map(const std::string& source, std::string_view part, const Work& work);

}  // namespace eckart::jobs
