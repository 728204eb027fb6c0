#pragma once

#include <cstdint>
#include <string>

#include "engine/support/memory_budget.h"
#include "engine/support/parallel.h"
#include "tools/cli/arguments/arguments.h"
#include "tools/cli/terminal/output.h"
#include "tools/cli/terminal/progress_display.h"
#include "tools/jobs/common/work.h"

namespace eckart::tools {

using jobs::program_bytes;

/// What one run of a command has at hand: the common options made effective, and its three channels.
class Session {
  public:
    /// Throws UsageError if --memory is not an amount.
    explicit Session(const CommonOptions& given);

    const CommonOptions common;
    const MemoryBudget memory;
    Output out;

    Progress progress() { return display_.progress(); }

    /// What the jobs of this run are given.
    jobs::Work work();

    /// Shows what a result says beside itself.
    void show(const jobs::Notes& notes);

    /// A line on stderr, unless --quiet.
    void note(const std::string& text);

    /// Throws MemoryError if this program and `bytes` more for `what` are past --memory.
    void require_memory(std::uint64_t bytes, const std::string& what) const;

    /// What --memory leaves beside this program and `bytes`; no bound where there is none. Throws as require_memory.
    MemoryBudget memory_beside(std::uint64_t bytes, const std::string& what) const;

  private:
    ThreadLimit threads_;
    ProgressDisplay display_;
};

}  // namespace eckart::tools
