#pragma once

#include <string>

namespace eckart {

/// Where this process writes what will stand at `path` once it is complete: "PATH.part-PID", beside it. For a path that
/// ends in "/", inside it: "PATH/.part-PID".
///
/// Removes the parts of `path` that killed processes left: those of this user whose process does not run any more.
/// Parts of running processes stay.
std::string part_path(const std::string& path);

}  // namespace eckart
