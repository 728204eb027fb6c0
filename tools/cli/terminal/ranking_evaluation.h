#pragma once

#include <string>

#include "tools/cli/terminal/session.h"
#include "tools/jobs/search/evaluate_index.h"

namespace eckart::tools {

/// Prints the measures of a ranking: for people a table, with --json an object for each measure. Where two modes were
/// compared both are shown by name, and then how they differ.
void print_ranking_evaluation(Session& session, const jobs::RankingEvaluation& evaluation, const std::string& mode,
                              const std::string& compared);

}  // namespace eckart::tools
