#include "engine/storage/part_path.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

namespace eckart {
namespace {

namespace fs = std::filesystem;

std::optional<pid_t> process_of(std::string_view name, std::string_view prefix) {
    if (!name.starts_with(prefix)) return std::nullopt;
    name.remove_prefix(prefix.size());
    pid_t process = 0;
    const auto parsed = std::from_chars(name.data(), name.data() + name.size(), process);
    const bool whole = parsed.ec == std::errc() && parsed.ptr == name.data() + name.size();
    return whole && process > 0 ? std::optional(process) : std::nullopt;
}

/// A process that may not be signalled lives too.
bool lives(pid_t process) {
    return kill(process, 0) == 0 || errno != ESRCH;
}

bool is_own(const fs::path& path) {
    struct stat status = {};
    return lstat(path.c_str(), &status) == 0 && status.st_uid == geteuid();
}

/// Gathered before one is removed, since a folder that changes may be read in any way.
std::vector<fs::path> left_parts(const fs::path& folder, std::string_view prefix) {
    std::vector<fs::path> left;
    std::error_code problem;
    for (fs::directory_iterator entry(folder, problem), end; !problem && entry != end; entry.increment(problem)) {
        const auto process = process_of(entry->path().filename().native(), prefix);
        if (process && !lives(*process) && is_own(entry->path())) left.push_back(entry->path());
    }
    return left;
}

}  // namespace

std::string part_path(const std::string& path) {
    const fs::path prefix = path + ".part-";
    const fs::path folder = prefix.has_parent_path() ? prefix.parent_path() : fs::path(".");
    std::error_code ignored;  // what cannot be removed is in nobody's way
    for (const fs::path& part : left_parts(folder, prefix.filename().native())) fs::remove_all(part, ignored);
    return prefix.native() + std::to_string(getpid());
}

}  // namespace eckart
