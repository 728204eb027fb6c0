#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/clusters/cluster.h"

namespace eckart::tools {

/// How points are clustered.
struct ClusterArguments {
    std::string clusters;
    std::string spherical = "auto";
    std::string start = "plus-plus";
    std::string method = "auto";
    jobs::ClusterOptions options;
};

void declare_cluster_arguments(Arguments& arguments, ClusterArguments& given);

/// Throws UsageError if a value cannot be read.
jobs::ClusterOptions cluster_options(const ClusterArguments& given);

/// The option --part of the commands that read points.
void declare_part(Arguments& arguments, std::string& part, const std::string& description);

/// A number from 1 up; nothing for "auto". Throws UsageError, naming the option, on anything else.
std::optional<std::int64_t> parse_cluster_count(const std::string& text, std::string_view option);

}  // namespace eckart::tools
