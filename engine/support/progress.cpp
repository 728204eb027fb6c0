#include "engine/support/progress.h"

namespace eckart {

bool report_sweeps(const Progress& progress, std::int64_t done, std::int64_t total, std::string_view phase) {
    try {
        progress.report(phase, static_cast<std::uint64_t>(done), static_cast<std::uint64_t>(total));
    } catch (const InterruptedError&) {
        if (done == 0) throw;
        return false;
    }
    return true;
}

}  // namespace eckart
