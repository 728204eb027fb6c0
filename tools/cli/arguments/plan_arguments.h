#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tools/cli/arguments/index_arguments.h"
#include "tools/cli/arguments/ratings_arguments.h"

namespace eckart::tools {

/// What is planned: indexing, unless another kind of work is named.
struct PlanArguments {
    IndexArguments index;
    RatingsArguments ratings;
    std::string model;
    std::optional<std::int64_t> clusters;
    std::optional<std::int64_t> factors;
    bool map = false;
    std::string part;

    /// Whether SOURCE is rows of numbers.
    bool of_rows() const { return clusters || factors || map; }
};

void declare_plan_arguments(Arguments& arguments, PlanArguments& given);

/// Throws UsageError unless one kind of work is planned, with the options that go with it.
void check_plan_arguments(const PlanArguments& given);

}  // namespace eckart::tools
