#pragma once

#include <string>

#include "tools/cli/terminal/session.h"
#include "tools/jobs/ratings/train.h"

namespace eckart::tools {

/// Prints what was trained into the store at `path`; with --json an object: `model`, `users`, `items`, `ratings`,
/// `seconds`, `duplicates`, `fitted`, `positive`, `options`, `peak_memory`, `figures` (the model's own) and
/// `neighbors`.
void print_trained(Session& session, const std::string& path, const jobs::TrainResult& trained);

}  // namespace eckart::tools
