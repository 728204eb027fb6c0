#pragma once

#include <cstdint>
#include <string>

namespace eckart::jobs {

/// A whole number as people read it: "24,000".
std::string grouped(std::int64_t number);

/// A number with what it counts: "1 document", "24,000 documents".
std::string counted(std::int64_t number, const std::string& one, const std::string& many);

}  // namespace eckart::jobs
