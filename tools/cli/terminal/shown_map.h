#pragma once

#include <string>
#include <vector>

#include "tools/cli/terminal/session.h"
#include "tools/jobs/maps/map.h"

namespace eckart::tools {

/// What `map` shows of a map that was written to `files`: `files`, `points`, `clusters`, `kept`, `placed`,
/// `perplexity`, `divergence`, `preserved`, `seconds`.
void print_map(Session& session, const std::vector<std::string>& files, const jobs::MapResult& made, double seconds);

}  // namespace eckart::tools
