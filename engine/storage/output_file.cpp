#include "engine/storage/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "engine/support/error.h"

namespace eckart {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 18;

}  // namespace

OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
    file_ = FileDescriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file_) throw_system_error(path_, "cannot be written");
}

void OutputFile::append(std::span<const std::byte> bytes) {
    if (buffer_.size() + bytes.size() > buffer_bytes) flush();
    if (bytes.size() > buffer_bytes) {
        write_at(written_, bytes);
        written_ += bytes.size();
    } else {
        buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
    }
}

void OutputFile::replace(std::uint64_t offset, std::span<const std::byte> bytes) {
    if (offset + bytes.size() > size()) throw UsageError(path_ + ": bytes beyond the end cannot be replaced");
    flush();
    write_at(offset, bytes);
}

void OutputFile::close() {
    flush();
    // Begin to write it out while the work goes on, so that the fsync at the end finds little left; a hint, so no
    // check.
    static_cast<void>(sync_file_range(file_.number(), 0, 0, SYNC_FILE_RANGE_WRITE));
    // Some file systems find only now that the disk is full.
    if (!file_.close()) throw_system_error(path_, "cannot be written");
}

void OutputFile::flush() {
    write_at(written_, buffer_);
    written_ += buffer_.size();
    buffer_.clear();
}

void OutputFile::write_at(std::uint64_t offset, std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t count = pwrite(file_.number(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (count < 0 && errno == EINTR) continue;
        if (count == 0) errno = ENOSPC;
        if (count <= 0) throw_system_error(path_, "cannot be written");
        offset += static_cast<std::uint64_t>(count);
        bytes = bytes.subspan(count);
    }
}

}  // namespace eckart
