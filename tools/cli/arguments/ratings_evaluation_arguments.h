#pragma once

#include <string>

#include "tools/cli/arguments/model_arguments.h"
#include "tools/cli/arguments/protocol_arguments.h"
#include "tools/cli/arguments/ratings_arguments.h"
#include "tools/jobs/ratings/evaluate_ratings.h"

namespace eckart::tools {

/// What `evaluate` takes to measure models on ratings.
struct RatingsEvaluationArguments {
    RatingsArguments ratings;
    jobs::ProtocolOptions protocol;
    ModelArguments model_options;
    std::string models;
    std::string metrics;
    std::optional<std::int64_t> least_ratings;
    std::string by = "likely";

    /// Whether any was given, but for the ratings themselves.
    bool any() const;

    jobs::RatingsEvaluationOptions options() const;
};

/// Declares all but the ratings themselves.
void declare_ratings_evaluation(Arguments& arguments, RatingsEvaluationArguments& given);

/// What --help says of protocols and measures.
std::string ratings_evaluation_notes();

}  // namespace eckart::tools
