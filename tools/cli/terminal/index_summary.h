#pragma once

#include <string>

#include "text/indexing/index_builder.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Prints what was indexed: for people the sizes, how search ranks, and what it took; with --json one object.
void print_index_summary(Session& session, const std::string& path, const text::IndexSummary& summary);

}  // namespace eckart::tools
