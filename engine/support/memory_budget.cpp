#include "engine/support/memory_budget.h"

#include <sys/resource.h>

#include <cctype>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <string_view>

#include "engine/support/error.h"

namespace eckart {

void MemoryBudget::require(std::uint64_t needed, const std::string& what) const {
    if (bytes == 0 || needed <= bytes) return;
    throw MemoryError(what + " needs " + readable_bytes(needed) + ", more than the " + readable_bytes(bytes) +
                      " allowed; raise --memory or choose a smaller problem");
}

std::string readable_bytes(std::uint64_t bytes) {
    static constexpr const char* units[] = {"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    if (bytes < 1000) return std::to_string(bytes) + " bytes";
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 999.5) {
        value /= 1000;
        ++unit;
    }
    char text[32];
    std::snprintf(text, sizeof text, value < 9.95 ? "%.1f %s" : "%.0f %s", value, units[unit]);
    return text;
}

std::uint64_t parse_bytes(const std::string& text) {
    double number = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    std::string_view suffix(parsed.ptr, static_cast<std::size_t>(end - parsed.ptr));
    const auto fail = [&] {
        return UsageError("'" + text + "' is not an amount of memory; write for example 2G, 512M or 100000");
    };
    if (parsed.ec != std::errc() || !(number >= 0) || number > 1e18) throw fail();

    static constexpr std::string_view letters = "KMGT";
    double factor = 1;
    if (!suffix.empty() && suffix != "B") {
        const auto power = letters.find(static_cast<char>(std::toupper(static_cast<unsigned char>(suffix[0]))));
        if (power == std::string_view::npos) throw fail();
        suffix.remove_prefix(1);
        const double base = suffix.starts_with("i") ? 1024 : 1000;
        if (suffix.starts_with("i")) suffix.remove_prefix(1);
        for (std::size_t i = 0; i <= power; ++i) factor *= base;
        if (!suffix.empty() && suffix != "B") throw fail();
    }
    if (number * factor > 1e18) throw fail();
    return static_cast<std::uint64_t>(number * factor);
}

std::uint64_t available_memory() {
    std::ifstream file("/proc/meminfo");
    for (std::string line; std::getline(file, line);) {
        if (unsigned long long kibibytes = 0; std::sscanf(line.c_str(), "MemAvailable: %llu kB", &kibibytes) == 1) {
            return kibibytes * 1024;
        }
    }
    return 0;
}

std::uint64_t peak_memory() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace eckart
