#include "tools/jobs/common/work.h"

#include <algorithm>

namespace eckart::jobs {

void Work::require_memory(std::uint64_t bytes, const std::string& what) const {
    memory.require(program_bytes + bytes, what);
}

MemoryBudget Work::memory_beside(std::uint64_t bytes, const std::string& what) const {
    require_memory(bytes, what);
    if (memory.bytes == 0) return {};
    return {std::max<std::uint64_t>(1, memory.bytes - program_bytes - bytes)};  // 0 would be no bound
}

}  // namespace eckart::jobs
