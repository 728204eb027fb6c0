#pragma once

#include "tools/cli/terminal/session.h"
#include "tools/jobs/common/machine.h"

namespace eckart::tools {

/// Prints what a machine offers, and what is to be mended there.
void print_machine(Session& session, const jobs::Machine& machine);

}  // namespace eckart::tools
