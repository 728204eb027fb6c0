#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/file_descriptor.h"

namespace eckart {

/// A file being written from its beginning. Invariant: each byte handed over is in the file or in the buffer, or an
/// InputError that names the file and the system's reason (a full disk, for one) was thrown.
///
/// Nothing is certain before `close` has returned. Whatever stood at the path is gone from the start, so files that
/// must not be lost are written inside a new generation of a store.
class OutputFile {
  public:
    /// Makes the file, or empties the one that is there. Throws InputError.
    explicit OutputFile(std::string path);

    void append(std::span<const std::byte> bytes);
    void append(std::string_view text) { append(std::as_bytes(std::span(text))); }

    /// Replaces bytes written before: [offset, offset + bytes.size()) lies below size().
    void replace(std::uint64_t offset, std::span<const std::byte> bytes);

    /// Hands everything to the system. Call it last; the destructor of a file not closed forgets what is in the buffer.
    void close();

    /// Bytes appended so far.
    std::uint64_t size() const { return written_ + buffer_.size(); }
    const std::string& path() const { return path_; }

  private:
    void flush();
    void write_at(std::uint64_t offset, std::span<const std::byte> bytes);

    std::string path_;
    FileDescriptor file_;
    std::vector<std::byte> buffer_;
    std::uint64_t written_ = 0;
};

}  // namespace eckart
