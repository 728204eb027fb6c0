#pragma once

#include <string>

#include "tools/cli/terminal/session.h"
#include "tools/jobs/stores.h"

namespace eckart::tools {

/// Prints what a store holds: its sizes, then the rest of its manifest; with --json one object with the whole manifest.
void print_store(Session& session, const std::string& path, const jobs::StoreSummary& store);

/// Prints that a store is whole.
void print_whole(Session& session, const std::string& path, const jobs::StoreSummary& store);

}  // namespace eckart::tools
