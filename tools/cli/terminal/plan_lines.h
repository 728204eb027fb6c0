#pragma once

#include "tools/cli/terminal/session.h"
#include "tools/jobs/plans/plan.h"

namespace eckart::tools {

/// Prints a plan. Throws MemoryError, once it is printed, if it is past --memory.
void print_plan(Session& session, const jobs::Plan& plan);

}  // namespace eckart::tools
