#pragma once

#include <string>

namespace eckart::tools {

/// Where this process writes what is to stand at `path` when it is whole: "PATH.part-PID", beside it. A path that ends
/// in "/" has its part inside: "PATH/.part-PID".
///
/// Parts of `path` that are there already, of this user and of processes that live no more, were left by runs that were
/// killed, and are removed. Those of processes that live stay, whoever they are: a number may have been given anew.
std::string part_path(const std::string& path);

}  // namespace eckart::tools
