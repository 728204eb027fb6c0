#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/factors/factorization.h"

namespace eckart::tools {

/// What `factorize` is asked for.
struct LadderArguments {
    std::optional<std::int64_t> rank;
    std::string method = "all";
    jobs::LadderOptions options;  ///< but for the two above
};

void declare_ladder_arguments(Arguments& arguments, LadderArguments& given);

/// Throws UsageError if the rank is missing, an option does not go with the method, or one is out of its range.
jobs::LadderOptions ladder_options(const LadderArguments& given);

}  // namespace eckart::tools
