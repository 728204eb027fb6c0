#include "tools/jobs/common/machine.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/support/memory_budget.h"
#include "engine/support/parallel.h"
#include "tools/build_info.h"

namespace eckart::jobs {
namespace {

/// Eigen's AVX-512 code is no faster than its AVX2 code, so a build for level 3 is as good on a machine of level 4.
constexpr int best_useful_level = 3;

std::string processor_name() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
        const std::size_t colon = line.find(": ");
        if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
    }
    return "unknown";
}

/// Level of the x86-64 instruction set, 1 to 4; 0 on other processors.
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

/// The level that this file was compiled for.
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
    return level == 1 ? "x86-64" : fmt::format("x86-64-v{}", level);
}

std::uint64_t installed_memory() {
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    return pages > 0 && page > 0 ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page) : 0;
}

/// Whether a file can be made, filled and removed in `folder`.
bool can_write_in(const std::string& folder) {
    std::string name = folder + "/.eckart-XXXXXX";
    const int file = mkstemp(name.data());
    if (file < 0) return false;
    const bool written = write(file, "x", 1) == 1;
    close(file);
    unlink(name.c_str());
    return written;
}

std::uint64_t free_space(const std::string& folder) {
    std::error_code problem;
    const std::filesystem::space_info space = std::filesystem::space(folder, problem);
    return problem ? 0 : space.available;
}

Build this_build() {
    Build build{.version = build_info::version,
                .type = build_info::build_type,
                .compiler = build_info::compiler,
                .level = level_name(build_level()),
                .libraries = {},
                .license = build_info::license};
    for (const auto& library : build_info::libraries) build.libraries.push_back({library.name, library.version});
    return build;
}

Notes notes_on(const Machine& found) {
    Notes notes;
    const int useful = std::min(machine_level(), best_useful_level);
    if (build_level() < useful) {
        notes.push_back(
            {"slow-instructions", fmt::format("this build is for {}, but the machine runs {}: configure with "
                                              "-DECKART_MARCH=auto for more speed",
                                              found.build.level, level_name(useful))});
    }
    if (found.build.type != "Release") {
        notes.push_back({"slow-build", "this is not a release build: it is several times slower than one"});
    }
    if (!found.folder_writable)
        notes.push_back({"folder-not-writable", "cannot write in this folder: choose another one"});
    return notes;
}

}  // namespace

Machine machine(const std::string& folder, const Work& work) {
    const ThreadLimit limit(work.threads);
    Machine found;
    found.build = this_build();
    found.processor = processor_name();
    found.level = level_name(machine_level());
    found.hardware_threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    found.threads = thread_count();
    found.memory = installed_memory();
    found.memory_available = available_memory();
    found.memory_allowed = work.memory.bytes;
    found.folder = folder;
    found.folder_writable = can_write_in(folder);
    found.folder_free = free_space(folder);
    found.notes = notes_on(found);
    return found;
}

std::uint64_t resident_memory() {
    std::ifstream file("/proc/self/statm");  // in pages: the whole, then what is resident
    std::uint64_t whole = 0, resident = 0;
    if (!(file >> whole >> resident)) return 0;
    return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace eckart::jobs
