#include "engine/storage/checksum.h"

#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <mutex>

#include "engine/storage/file_descriptor.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

constexpr std::uint64_t block_bytes = std::uint64_t{4} << 20;

struct OpenFile {
    FileDescriptor file;
    std::uint64_t bytes;
    std::vector<std::uint64_t> block_hashes;
};

struct Block {
    std::size_t file;
    std::size_t index;
};

std::string hexadecimal(std::uint64_t value) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
    return text;
}

// Read, not mapped: a disk that fails gives an error to report here, where a mapping would end the program.
std::uint64_t block_hash(const OpenFile& open, std::size_t index, const std::string& path) {
    const std::uint64_t begin = index * block_bytes;
    std::vector<std::byte> buffer(std::min(block_bytes, open.bytes - begin));
    for (std::size_t done = 0; done < buffer.size();) {
        const ssize_t count =
            pread(open.file.number(), buffer.data() + done, buffer.size() - done, static_cast<off_t>(begin + done));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw_system_error(path, "cannot be read");
        if (count == 0) throw InputError(path + ": became shorter while it was read");
        done += static_cast<std::size_t>(count);
    }
    return XXH3_64bits(buffer.data(), buffer.size());
}

}  // namespace

std::string checksum(std::span<const std::byte> bytes) {
    return hexadecimal(XXH3_64bits(bytes.data(), bytes.size()));
}

std::vector<FileSummary> file_summaries(const std::vector<std::string>& paths, const Progress& progress) {
    std::vector<OpenFile> files;
    std::vector<Block> blocks;
    std::uint64_t total = 0;
    for (const auto& path : paths) {
        FileDescriptor file = open_for_reading(path);
        const std::uint64_t bytes = file_size(file, path);
        const auto count = static_cast<std::size_t>((bytes + block_bytes - 1) / block_bytes);
        for (std::size_t i = 0; i < count; ++i) blocks.push_back({files.size(), i});
        files.push_back({std::move(file), bytes, std::vector<std::uint64_t>(count)});
        total += bytes;
    }

    std::mutex reporting;
    std::uint64_t done = 0;
    parallel_for(static_cast<std::int64_t>(blocks.size()), [&](std::int64_t i) {
        const Block block = blocks[i];
        OpenFile& file = files[block.file];
        file.block_hashes[block.index] = block_hash(file, block.index, paths[block.file]);
        const std::lock_guard lock(reporting);
        done += std::min(block_bytes, file.bytes - block.index * block_bytes);
        progress.report("checksums", done, total);
    });

    std::vector<FileSummary> summaries;
    summaries.reserve(files.size());
    for (const auto& file : files) {
        summaries.push_back({file.bytes, checksum(std::as_bytes(std::span(file.block_hashes)))});
    }
    return summaries;
}

}  // namespace eckart
