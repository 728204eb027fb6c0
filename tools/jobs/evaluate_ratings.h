#pragma once

#include <string>

#include "tools/cli/arguments/model_arguments.h"
#include "tools/cli/arguments/ratings_arguments.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/rating_splits.h"

namespace eckart::tools {

/// What `evaluate` takes to measure models on ratings.
struct RatingsEvaluationArguments {
    RatingsArguments ratings;
    ProtocolArguments protocol;
    ModelArguments options;
    std::string models;
    std::string metrics;
};

/// Declares all but the ratings themselves.
void declare_ratings_evaluation(Arguments& arguments, RatingsEvaluationArguments& given);

/// What is measured where --metrics does not say it.
std::string usual_measures(const std::string& protocol);

/// What --help says of protocols and measures.
std::string ratings_evaluation_notes();

/// Fits and measures the baselines and the models given, on each split, and prints.
void evaluate_ratings(Session& session, const RatingsEvaluationArguments& given);

}  // namespace eckart::tools
