#pragma once

#include <string>

#include "tools/cli/terminal/session.h"
#include "tools/jobs/points/encoding.h"

namespace eckart::tools {

/// Prints what codes were made; they are kept at `where`.
void print_encoding(Session& session, const jobs::Encoding& made, const std::string& where);

}  // namespace eckart::tools
