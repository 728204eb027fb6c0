#pragma once

#include <cstdint>
#include <functional>

#include "engine/support/memory_budget.h"
#include "tools/jobs/common/machine.h"
#include "tools/jobs/plans/plan.h"

// What plans share: time grows with the size of the work, above a part that is the same for any size, so it is read off
// the line through what two parts of it take.

namespace eckart::jobs {

/// Seconds that a part of the work took.
struct TimedPart {
    double size = 0;
    double seconds = 0;
};

/// Seconds for `size`, on the line through two parts of different sizes, which never falls.
double extrapolated_seconds(double size, const TimedPart& large, const TimedPart& small);

/// Seconds for `rows` rows from those of `part` of them, and of a fourth of that, as `seconds_for` finds them.
double seconds_for_rows(std::int64_t rows, std::int64_t part, const std::function<double(std::int64_t)>& seconds_for);

/// Rows that have `wanted` of the `entries` together, but no fewer than `least`.
std::int64_t part_rows(std::int64_t rows, std::int64_t entries, std::int64_t wanted, std::int64_t least);

double seconds_of(const std::function<void()>& work);

/// What reading took, what was read, and what the program holds with it.
struct ReadForPlan {
    double seconds;
    std::uint64_t bytes;
    std::uint64_t peak = peak_memory();
    std::uint64_t held = resident_memory();
};

/// Adds memory and time to a plan, for work that holds `work_bytes` beside what was read. Work past the bound is not
/// tried.
void estimate(Plan& plan, const ReadForPlan& read, std::uint64_t work_bytes,
              const std::function<double()>& work_seconds, const Work& work);

}  // namespace eckart::jobs
