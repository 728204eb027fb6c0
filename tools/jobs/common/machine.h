#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// What this build was made of.
struct Build {
    struct Library {
        std::string name;
        std::string version;
    };

    std::string version;
    std::string type;      ///< CMake's: "Release"
    std::string compiler;  ///< with its version
    std::string level;     ///< of the instruction set that it was compiled for, see Machine::level
    std::vector<Library> libraries;
    std::string license;  ///< of the program as a whole: "MIT", or with SuiteSparse "GPL-3.0-or-later", see NOTICE.md
};

/// What this machine offers.
struct Machine {
    Build build;
    std::string processor;  ///< "AMD EPYC 9R14", or "unknown"
    /// The highest level of the x86-64 instruction set that it runs, as compilers name it: "x86-64-v3"; "x86-64" for
    /// the first one, "not x86-64" on other processors.
    std::string level;
    int hardware_threads = 1;
    int threads = 1;                     ///< that work takes
    std::uint64_t memory = 0;            ///< physical, in bytes; 0 if it cannot be told
    std::uint64_t memory_available = 0;  ///< of it, free to use
    std::uint64_t memory_allowed = 0;    ///< bound on what work holds; 0: none
    std::string folder;                  ///< where stores would be written
    bool folder_writable = false;
    std::uint64_t folder_free = 0;  ///< bytes; 0 if it cannot be told
    Notes notes = {};               ///< "slow-instructions", "slow-build", "folder-not-writable"
};

/// Looks at this machine, this build and `folder`, in which a file is made and removed.
[[nodiscard]] Machine machine(const std::string& folder, const Work& work);

/// What this process holds in memory now, in bytes; 0 if it cannot be told.
std::uint64_t resident_memory();

}  // namespace eckart::jobs
