#pragma once

#include <cstdint>
#include <string>

#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Each prints what its command would take at its defaults: the size of what there is, which is read for it; memory, of
/// which there is no more at once; and seconds, estimated by doing the work on two parts of the rows. All throw
/// MemoryError if the memory is past --memory, and as the command does where the source does not go with it.

/// Of `eckart cluster SOURCE -k CLUSTERS --part PART`.
void print_clustering_plan(Session& session, const std::string& source, const std::string& part, std::int64_t clusters);

/// Of `eckart map SOURCE --part PART`.
void print_map_plan(Session& session, const std::string& source, const std::string& part);

/// Of `eckart factorize SOURCE --rank RANK`, all methods.
void print_factorization_plan(Session& session, const std::string& source, std::int64_t rank);

}  // namespace eckart::tools
