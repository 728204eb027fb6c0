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

/// Shows on standard error how far the work is, at most ten times a second.
class ProgressDisplay {
  public:
    enum class Kind { none, bar, json };

    /// Work that is done by then shows no bar of itself.
    static constexpr std::chrono::seconds usual_patience{2};

    /// `name` is auto, bar, json or none. auto is a bar if standard error is a terminal that can erase a line, and it
    /// comes when the work has taken longer than `patience`; bar is one at once, wherever standard error goes.
    ProgressDisplay(const std::string& name, bool quiet, std::chrono::nanoseconds patience = usual_patience);
    ~ProgressDisplay() { clear(); }
    ProgressDisplay(const ProgressDisplay&) = delete;
    ProgressDisplay& operator=(const ProgressDisplay&) = delete;

    /// What the libraries report to; it borrows this object.
    Progress progress();

    /// Takes the bar off the screen, so that other lines can be written to standard error.
    void clear();

    /// The same before results are written to standard output. Unless they go to a file, the bar does not come back:
    /// it would stand between them on the screen.
    void make_room_for_results();

  private:
    using Clock = std::chrono::steady_clock;

    void show(std::string_view phase, std::uint64_t done, std::uint64_t total);
    std::string bar_text(std::uint64_t done, std::uint64_t total) const;
    void draw_bar(std::uint64_t done, std::uint64_t total);
    void write_json(std::uint64_t done, std::uint64_t total);
    double seconds_in_phase() const;
    double seconds_left(std::uint64_t done, std::uint64_t total) const;

    Kind kind_;
    Clock::time_point visible_from_;
    std::string phase_;
    Clock::time_point phase_start_;
    Clock::time_point last_shown_;
    bool drawn_ = false;
};

}  // namespace eckart::tools
