#pragma once

#include <cstdint>
#include <string>

namespace eckart::tools {

/// "AMD EPYC 9R14", or "unknown".
std::string processor_name();

/// Level of the x86-64 instruction set, 1 to 4; 0 on other processors.
int machine_level();
/// The level that this program was compiled for.
int build_level();

/// Names the level as compilers do: "x86-64-v3"; "x86-64" for 1, "not x86-64" for 0.
std::string level_name(int level);

/// Physical memory in bytes; 0 if it cannot be told.
std::uint64_t installed_memory();

/// What this process holds in memory now, in bytes; 0 if it cannot be told.
std::uint64_t resident_memory();

/// Whether a file can be made, filled and removed in `folder`.
bool can_write_in(const std::string& folder);

}  // namespace eckart::tools
