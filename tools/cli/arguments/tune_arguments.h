#pragma once

#include <string>

#include "tools/cli/arguments/model_arguments.h"
#include "tools/cli/arguments/protocol_arguments.h"
#include "tools/cli/arguments/ratings_arguments.h"
#include "tools/jobs/ratings/tune.h"

namespace eckart::tools {

struct TuneArguments {
    RatingsArguments ratings;
    jobs::ProtocolOptions protocol;
    ModelArguments model_options;
    std::string model;
    std::string budget = "30";
    std::string metric;
    std::string journal;
    bool resume = false;
    bool whole = false;

    jobs::TuneOptions options() const;
};

void declare_tune_arguments(Arguments& arguments, TuneArguments& given);

/// Reads "30" (trials), "90s", "10m" or "2h". Throws UsageError at anything else.
jobs::TuneBudget parse_budget(const std::string& text);

}  // namespace eckart::tools
