#include "tools/jobs/plans/plan_estimate.h"

#include <algorithm>

#include "tools/jobs/common/stopwatch.h"

namespace eckart::jobs {

double extrapolated_seconds(double size, const TimedPart& large, const TimedPart& small) {
    const double slope = std::max(0.0, large.seconds - small.seconds) / (large.size - small.size);
    return large.seconds + slope * (size - large.size);
}

double seconds_for_rows(std::int64_t rows, std::int64_t part, const std::function<double(std::int64_t)>& seconds_for) {
    constexpr std::int64_t smaller_part = 4;
    const TimedPart large = {static_cast<double>(part), seconds_for(part)};
    const std::int64_t small_rows = std::max<std::int64_t>(1, part / smaller_part);
    if (part >= rows || part == small_rows) return large.seconds;
    const TimedPart small = {static_cast<double>(small_rows), seconds_for(small_rows)};
    return extrapolated_seconds(static_cast<double>(rows), large, small);
}

std::int64_t part_rows(std::int64_t rows, std::int64_t entries, std::int64_t wanted, std::int64_t least) {
    const double share = static_cast<double>(wanted) / static_cast<double>(std::max<std::int64_t>(1, entries));
    const auto some = static_cast<std::int64_t>(share * static_cast<double>(rows));
    return std::min(rows, std::max(least, some));
}

double seconds_of(const std::function<void()>& work) {
    const Stopwatch watch;
    work();
    return watch.seconds();
}

void estimate(Plan& plan, const ReadForPlan& read, std::uint64_t work_bytes,
              const std::function<double()>& work_seconds, const Work& work) {
    plan.memory = std::max(read.peak, std::max(program_bytes + read.bytes, read.held) + work_bytes);
    plan.with_program = true;
    plan.memory_available = available_memory();
    const bool fits = work.memory.bytes == 0 || plan.memory <= work.memory.bytes;
    if (fits) plan.seconds = read.seconds + work_seconds();
}

}  // namespace eckart::jobs
