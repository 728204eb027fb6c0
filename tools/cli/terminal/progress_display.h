#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/support/progress.h"

namespace eckart::tools {

/// Asks the running work to stop: called by signal handlers.
void request_interrupt() noexcept;

/// Whether `request_interrupt` was called.
bool interrupt_requested() noexcept;

/// Shows on standard error how far work is, at most ten times a second.
class ProgressDisplay {
  public:
    enum class Kind { none, bar, json };

    /// `name` is auto, bar, json or none; auto is a bar if standard error is a terminal.
    ProgressDisplay(const std::string& name, bool quiet);
    ~ProgressDisplay() { clear(); }
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    /// What the libraries report to; it borrows this object.
    Progress progress();

    /// Takes the bar off the screen, so that other lines can be written.
    void clear();

  private:
    using Clock = std::chrono::steady_clock;

    void show(std::string_view phase, std::uint64_t done, std::uint64_t total);
    void draw_bar(std::uint64_t done, std::uint64_t total);
    void write_json(std::uint64_t done, std::uint64_t total);
    double seconds_in_phase() const;
    double seconds_left(std::uint64_t done, std::uint64_t total) const;

    Kind kind_;
    std::string phase_;
    Clock::time_point phase_start_;
    Clock::time_point last_shown_;
    bool drawn_ = false;
};

}  // namespace eckart::tools
