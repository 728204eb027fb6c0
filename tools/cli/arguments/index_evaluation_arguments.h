#pragma once

#include <optional>
#include <string>

#include "tools/cli/arguments/arguments.h"

namespace eckart::tools {

/// What `evaluate` takes to measure an index or a run.
struct IndexEvaluationArguments {
    std::string index;
    std::string run;
    std::string queries;
    std::string judgements;
    std::string mode = "hybrid";
    std::string compare;
    std::optional<double> latent_weight;

    /// Whether any was given: what is measured is an index or a run then, not ratings.
    bool any() const { return latent_weight || !(run + queries + judgements + compare).empty(); }
};

/// Declares all but the index itself.
void declare_index_evaluation(Arguments& arguments, IndexEvaluationArguments& given);

/// Throws UsageError where options do not go together.
void check(const IndexEvaluationArguments& given);

/// What the measures are, for people: a formula a line.
std::string index_evaluation_notes();

}  // namespace eckart::tools
