#pragma once

#include "tools/jobs/factors/factorization.h"
#include "tools/jobs/plans/plan.h"

namespace eckart::jobs {

/// What factorizing the matrix file at `path` to this rank by all methods would take: reads it, and works on two parts
/// of its rows. Throws as read_factorized_matrix.
[[nodiscard]] Plan plan_factorization(const std::string& path, const corpora::MatrixOptions& reading, std::int64_t rank,
                                      const Work& work);

}  // namespace eckart::jobs
