#include "engine/matrix/huge_pages.h"

#include <cstdint>

#ifdef __linux__
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace eckart {

void prefer_huge_pages([[maybe_unused]] void* data, [[maybe_unused]] std::size_t bytes) {
#ifdef __linux__
    constexpr std::size_t worth_it = std::size_t{1} << 20;
    if (bytes < worth_it) return;
    const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
    const auto before = reinterpret_cast<std::uintptr_t>(data) % page;  // bytes of the first page before the data
    const auto length = (before + bytes + page - 1) / page * page;
    static_cast<void>(madvise(static_cast<char*>(data) - before, length, MADV_HUGEPAGE));
#endif
}

}  // namespace eckart
