#pragma once

#include <cstdint>
#include <string>

namespace eckart {

/// Bytes that an operation may hold at once; 0 stands for no bound.
struct MemoryBudget {
    std::uint64_t bytes = 0;

    /// Throws MemoryError, naming both numbers, if `needed` bytes for `what` are more than the budget.
    void require(std::uint64_t needed, const std::string& what) const;
};

/// "1.5 GB", "830 kB", "12 bytes": powers of 1000, three digits at most.
std::string readable_bytes(std::uint64_t bytes);

/// Reads "2G", "512M", "1.5GB", "100000" (K, M, G, T are powers of 1000; Ki, Mi, ... of 1024).
/// Throws UsageError on anything else.
std::uint64_t parse_bytes(const std::string& text);

/// Memory of this machine that is free to use, in bytes; 0 if it cannot be told.
std::uint64_t available_memory();

/// Largest resident set of this process so far, in bytes.
std::uint64_t peak_memory();

}  // namespace eckart
