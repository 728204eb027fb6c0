#pragma once

#include <string>
#include <vector>

#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/maps/map.h"

namespace eckart::tools {

struct MapArguments {
    std::string source;
    std::vector<std::string> outputs;
    std::string layout = "tsne";
    std::string clusters;
    jobs::MapOptions options;
};

void declare_map_arguments(Arguments& arguments, MapArguments& given);

/// Throws UsageError if no file is given or a value cannot be read.
jobs::MapOptions map_options(const MapArguments& given);

}  // namespace eckart::tools
