#include "tools/jobs/machine.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace eckart::tools {

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
    }
    return "unknown";
}

int machine_level() {
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("sse4.2") || !__builtin_cpu_supports("popcnt")) return 1;
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("bmi2") || !__builtin_cpu_supports("fma")) return 2;
    if (!__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl")) return 3;
    return 4;
#else
    return 0;
#endif
}

int build_level() {
#if defined(__AVX512BW__) && defined(__AVX512VL__)
    return 4;
#elif defined(__AVX2__) && defined(__BMI2__) && defined(__FMA__)
    return 3;
#elif defined(__SSE4_2__)
    return 2;
#elif defined(__x86_64__)
    return 1;
#else
    return 0;
#endif
}

std::string level_name(int level) {
    if (level == 0) return "not x86-64";
    return level == 1 ? "x86-64" : "x86-64-v" + std::to_string(level);
}

std::uint64_t resident_memory() {
    std::ifstream file("/proc/self/statm");  // in pages: the whole, then what is resident
    std::uint64_t whole = 0, resident = 0;
    if (!(file >> whole >> resident)) return 0;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

std::uint64_t installed_memory() {
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) : 0;
}

bool can_write_in(const std::string& folder) {
    std::string name = folder + "/.eckart-XXXXXX";
    const int file = mkstemp(name.data());
    if (file < 0) return false;
    const bool written = write(file, "x", 1) == 1;
    close(file);
    unlink(name.c_str());
    return written;
}

}  // namespace eckart::tools
