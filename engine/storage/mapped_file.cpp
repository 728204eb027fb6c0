#include "engine/storage/mapped_file.h"

#include <sys/mman.h>

#include <utility>

#include "engine/storage/file_descriptor.h"

namespace eckart {

MappedFile::MappedFile(std::string path) : path_(std::move(path)) {
    const FileDescriptor file = open_for_reading(path_);
    const auto size = static_cast<std::size_t>(file_size(file, path_));
    if (size == 0) return;  // the system refuses to map nothing
    const void* start = mmap(nullptr, size, PROT_READ, MAP_SHARED, file.number(), 0);
    if (start == MAP_FAILED) throw_system_error(path_, "cannot be mapped");
    bytes_ = {static_cast<const std::byte*>(start), size};
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)), bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

MappedFile::~MappedFile() {
    if (!bytes_.empty()) munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace eckart
