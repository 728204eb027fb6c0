#pragma once

#include <string>

#include "tools/cli/arguments/ratings_arguments.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Prints what training `model` on ratings would take: sizes, memory, and seconds estimated by training on two parts of
/// the users. Throws MemoryError if that is past --memory.
void print_training_plan(Session& session, const std::string& model, const RatingsArguments& given);

}  // namespace eckart::tools
