#include "tools/cli/terminal/session.h"

#include <algorithm>
#include <cstdio>

namespace eckart::tools {

Session::Session(const CommonOptions& given)
    : common(given),
      memory{given.memory.empty() ? 0 : parse_bytes(given.memory)},
      out([this] { display_.make_room_for_results(); }),
      threads_(static_cast<int>(std::min<std::int64_t>(given.threads, 4096))),
      display_(given.progress, given.quiet) {}

void Session::note(const std::string& text) {
    if (common.quiet) return;
    display_.clear();
    std::fputs((printable(text) + "\n").c_str(), stderr);  // what comes from a file must not drive the terminal
}

jobs::Work Session::work() {
    return {.progress = display_.progress(),
            .memory = memory,
            .seed = static_cast<std::uint64_t>(common.seed),
            .threads = static_cast<int>(std::min<std::int64_t>(common.threads, 4096))};
}

void Session::show(const jobs::Notes& notes) {
    for (const jobs::Note& one : notes) note(printable(one.text));
}

void Session::require_memory(std::uint64_t bytes, const std::string& what) const {
    memory.require(program_bytes + bytes, what);
}

MemoryBudget Session::memory_beside(std::uint64_t bytes, const std::string& what) const {
    require_memory(bytes, what);
    if (memory.bytes == 0) return {};
    return {std::max<std::uint64_t>(1, memory.bytes - program_bytes - bytes)};  // 0 would be no bound
}

}  // namespace eckart::tools
