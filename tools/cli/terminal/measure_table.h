#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recsys/evaluation/evaluation.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// A model with what it did on each split.
struct MeasuredModel {
    std::string label;
    std::vector<recsys::Evaluation> evaluations;
    double fit_seconds = 0;  ///< of all fits together
};

/// A measure over all splits: means of the values and of the ends of their intervals.
struct SplitSummary {
    recsys::MeasuredValue mean;  ///< `n` is the sum
    double spread = 0;           ///< standard deviation of the values; 0 of one
};

/// Nothing where the model has no such measure.
std::optional<SplitSummary> summary_of(const std::vector<recsys::Evaluation>& evaluations, std::size_t measure,
                                       std::uint64_t seed);

/// Prints a line for each measure and model for people, or with --json an object for each model and measure: `model`,
/// `metric`, `value`, `n`, `low`, `high` (null for measures without an interval), and `spread` where there is more than
/// one split.
void print_measures(Session& session, const std::vector<MeasuredModel>& results);

}  // namespace eckart::tools
