#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>

#include "engine/support/error.h"

namespace eckart {

/// Where long work says how far it is, and learns that it should stop. A default-made one is silent.
///
/// Work calls `report` from one thread at a time. Copies share the sink.
class Progress {
  public:
    /// Receives the phase, what is done of it, and its total (0: not known).
    using Sink = std::function<void(std::string_view phase, std::uint64_t done, std::uint64_t total)>;
    /// Answers whether the work should stop.
    using Interrupt = std::function<bool()>;

    Progress() = default;
    explicit Progress(Sink sink, Interrupt interrupt = {}) : sink_(std::move(sink)), interrupt_(std::move(interrupt)) {}

    /// Throws InterruptedError if the work should stop.
    void report(std::string_view phase, std::uint64_t done, std::uint64_t total) const {
        if (interrupt_ && interrupt_()) throw InterruptedError();
        if (sink_) sink_(phase, done, total);
    }

  private:
    Sink sink_;
    Interrupt interrupt_;
};

/// Of a method that goes over its data again and again: reports that `done` of `total` sweeps are done; whether to go
/// on. An interrupt before the first is passed on, since then there is nothing to return.
bool report_sweeps(const Progress& progress, std::int64_t done, std::int64_t total, std::string_view phase = "sweep");

}  // namespace eckart
