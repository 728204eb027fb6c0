#pragma once

#include "tools/cli/terminal/session.h"
#include "tools/jobs/ratings/similar_items.h"

namespace eckart::tools {

/// Prints a line for each item, or with --json an object: `rank`, `item`, `title`, `score`.
void print_similar_items(Session& session, const jobs::SimilarItems& similar);

}  // namespace eckart::tools
