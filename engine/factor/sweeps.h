#pragma once

#include <cstdint>
#include <string_view>

#include "engine/support/progress.h"

namespace eckart {

/// Reports that `done` of `total` sweeps are done; whether to go on. An interrupt before the first is passed on, since
/// then there is nothing to return.
inline bool report_sweeps(const Progress& progress, std::int64_t done, std::int64_t total,
                          std::string_view phase = "sweep") {
    try {
        progress.report(phase, static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(total));
    } catch (const InterruptedError&) {
        if (done == 0) throw;
        return false;
    }
    return true;
}

}  // namespace eckart
