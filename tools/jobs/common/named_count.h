#pragma once

#include <cstdint>
#include <string>

namespace eckart::jobs {

/// "documents", 24.
struct NamedCount {
    std::string name;
    std::int64_t count = 0;
};

}  // namespace eckart::jobs
