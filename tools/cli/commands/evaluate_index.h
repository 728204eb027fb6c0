#pragma once

#include "tools/cli/arguments/index_evaluation_arguments.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// The half of `evaluate` that measures an index or a run.
void evaluate_index(Session& session, const IndexEvaluationArguments& given);

/// Throws UsageError if one of the sources of ratings is an index, a model or a clustering: an index is measured by
/// queries, and models are fitted again on ratings.
void refuse_stores(const std::vector<std::string>& sources);

}  // namespace eckart::tools
