#pragma once

#include <string>

#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/ratings/rating_splits.h"

namespace eckart::tools {

/// Declares --protocol and what its protocols take. Files of parts are declared if `with_files`.
void declare_protocol_arguments(Arguments& arguments, jobs::ProtocolOptions& given, bool with_files);

/// What the protocols are, for people.
std::string protocol_descriptions();

}  // namespace eckart::tools
