#include "engine/storage/file_descriptor.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "engine/support/error.h"

namespace eckart {

FileDescriptor::~FileDescriptor() {
    close();
}

bool FileDescriptor::close() {
    return number_ < 0 || ::close(std::exchange(number_, -1)) == 0;
}

FileDescriptor open_for_reading(const std::string& path) {
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw_system_error(path, "cannot be opened");
    struct stat status {};
    if (fstat(file.number(), &status) != 0) throw_system_error(path, "cannot be examined");
    if (!S_ISREG(status.st_mode)) throw InputError(path + ": is not a regular file");
    return file;
}

std::uint64_t file_size(const FileDescriptor& file, const std::string& path) {
    struct stat status {};
    if (fstat(file.number(), &status) != 0) throw_system_error(path, "cannot be examined");
    return static_cast<std::uint64_t>(status.st_size);
}

void sync_to_disk(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file) throw_system_error(path, "cannot be opened");
    if (fsync(file.number()) != 0) throw_system_error(path, "cannot be brought to the disk");
}

void throw_system_error(const std::string& path, const std::string& what) {
    throw InputError(path + ": " + what + ": " + std::generic_category().message(errno));
}

}  // namespace eckart
