#pragma once

#include <vector>

#include "text/query/factor_cards.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Prints factors: five lines each, or with --json an object: `factor`, `singular_value`, `energy`, `positive` and
/// `negative`, which have `terms` (`term`, `word`, `weight`) and `documents` (`document`, `title`, `weight`).
void print_factors(Session& session, const std::vector<text::FactorCard>& cards);

}  // namespace eckart::tools
