#pragma once

#include <cstdint>
#include <string>

#include "engine/support/memory_budget.h"
#include "engine/support/note.h"
#include "engine/support/progress.h"

namespace eckart::jobs {

/// Bytes that a program with these libraries takes before any data, rounded up.
inline constexpr std::uint64_t program_bytes = 32'000'000;

using eckart::Note;
using eckart::Notes;

/// What every job is given: how it reports, what it may use, and when it must stop.
struct Work {
    Progress progress = {};    ///< phase, done, total, and whether to stop; silent by default
    MemoryBudget memory = {};  ///< bound on what the program holds; 0: none
    std::uint64_t seed = 1;
    int threads = 0;  ///< 0: what the machine has

    /// Throws MemoryError if the program and `bytes` more for `what` are past the bound.
    void require_memory(std::uint64_t bytes, const std::string& what) const;

    /// What the bound leaves beside the program and `bytes`; no bound where there is none. Throws as require_memory.
    MemoryBudget memory_beside(std::uint64_t bytes, const std::string& what) const;
};

}  // namespace eckart::jobs
