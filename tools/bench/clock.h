#pragma once

#include <algorithm>
#include <chrono>
#include <ctime>
#include <limits>
#include <optional>
#include <string_view>

#include "engine/support/progress.h"

namespace eckart::tools {

/// Seconds by the clock on the wall, and by all of the process's threads' processors.
struct Times {
    double wall;
    double cpu;
};

/// Since some moment; differences count.
inline Times now() {
    timespec cpu{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
    const auto wall = std::chrono::steady_clock::now().time_since_epoch();
    return {std::chrono::duration<double>(wall).count(),
            static_cast<double>(cpu.tv_sec) + 1e-9 * static_cast<double>(cpu.tv_nsec)};
}

/// What `work` takes.
template <class Work>
Times timed(const Work& work) {
    const Times start = now();
    work();
    const Times end = now();
    return {end.wall - start.wall, end.cpu - start.cpu};
}

/// Watches reports of progress: the least times between one and the next, of a sweep or an epoch.
class SweepClock {
  public:
    Progress progress() {
        return Progress([this](std::string_view, std::uint64_t, std::uint64_t) {
            const Times time = now();
            if (last_) {
                best_.wall = std::min(best_.wall, time.wall - last_->wall);
                best_.cpu = std::min(best_.cpu, time.cpu - last_->cpu);
            }
            last_ = time;
        });
    }

    Times sweep() const { return best_; }

  private:
    std::optional<Times> last_;
    Times best_{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
};

}  // namespace eckart::tools
