#include "tools/jobs/search/show.h"

#include <fmt/format.h>

#include <chrono>

namespace eckart::jobs {

text::StoredDocument stored_document(const text::Index& index, std::string_view document, const Work& work) {
    work.require_memory(0, "show");
    return index.document(document);
}

std::string utc_time(std::int64_t seconds) {
    const std::chrono::sys_seconds time{std::chrono::seconds(seconds)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                       clock.minutes().count(), clock.seconds().count());
}

}  // namespace eckart::jobs
