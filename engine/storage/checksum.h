#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/support/progress.h"

namespace eckart {

/// XXH3 (64 bits) of `bytes`, as 16 hexadecimal digits. It finds accidents, not forgeries.
std::string checksum(std::span<const std::byte> bytes);

/// A file's size and checksum.
struct FileSummary {
    std::uint64_t bytes = 0;
    /// XXH3 of the file's hashes: one of 64 bits, low byte first, for every block of 4 MiB, the last may be shorter.
    std::string checksum;
};

/// Summaries of the files at `paths`, in their order. Blocks are read in parallel; memory is one buffer a thread.
/// Throws InputError, naming the file, if one cannot be read, and InterruptedError.
std::vector<FileSummary> file_summaries(const std::vector<std::string>& paths, const Progress& progress = {});

}  // namespace eckart
