#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace eckart {

/// An open file or folder of the operating system. Invariant: the descriptor, if there is one, is closed exactly once.
class FileDescriptor {
  public:
    FileDescriptor() = default;
    explicit FileDescriptor(int number) : number_(number) {}
    FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    FileDescriptor& operator=(FileDescriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~FileDescriptor();

    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

    /// Closes it; false if the system says that something written before is lost.
    bool close();

  private:
    int number_ = -1;
};

/// Opens a regular file for reading. Throws InputError naming it; a folder is refused.
FileDescriptor open_for_reading(const std::string& path);

/// Size in bytes. Throws InputError naming `path`.
std::uint64_t file_size(const FileDescriptor& file, const std::string& path);

/// Waits until the file or the folder at `path` is on the disk and not only in memory. Throws InputError naming it.
void sync_to_disk(const std::string& path);

/// Throws InputError "path: what: the system's reason", the reason taken from errno.
[[noreturn]] void throw_system_error(const std::string& path, const std::string& what);

}  // namespace eckart
