#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace eckart {

/// A whole file seen as read-only memory; the system loads its pages when they are touched. Invariant: the bytes stay
/// where they are for as long as the object, or the one that it was moved to, lives.
///
/// The file must not be cut while it is mapped; files of a published generation never are.
class MappedFile {
  public:
    MappedFile() = default;

    /// Maps the file at `path`, which may be empty. Throws InputError naming it.
    explicit MappedFile(std::string path);

    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return bytes_; }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
    std::span<const std::byte> bytes_;
};

}  // namespace eckart
