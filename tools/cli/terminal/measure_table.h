#pragma once

#include "tools/cli/terminal/session.h"
#include "tools/jobs/ratings/evaluate_ratings.h"

namespace eckart::tools {

/// Prints a line for each measure and model for people, or with --json an object for each model and measure: `model`,
/// `metric`, `value`, `n`, `low`, `high` (null for measures without an interval), and `spread` where there is more than
/// one split.
void print_measures(Session& session, const jobs::RatingsEvaluation& measured);

}  // namespace eckart::tools
