#include "engine/storage/result_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "engine/storage/part_path.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

namespace fs = std::filesystem;

constexpr int most_links = 40;  ///< as many as Linux follows

struct Destination {
    fs::path path;
    bool replaceable;  ///< by another file; not a pipe, a device or an open file
};

/// Links below /proc are open files, with a position that a new file in their place would not have.
bool leads_to_open_file(const fs::path& link) {
    std::error_code problem;
    const fs::path folder = fs::canonical(fs::absolute(link).parent_path(), problem);
    return !problem && folder.string().starts_with("/proc/");
}

Destination destination_of(fs::path path) {
    std::error_code problem;
    for (int links = 0; fs::is_symlink(path, problem) && links < most_links; ++links) {
        if (leads_to_open_file(path)) return {path, false};
        path = path.parent_path() / fs::read_symlink(path, problem);
    }
    const fs::file_type type = fs::status(path, problem).type();
    return {path, type == fs::file_type::regular || type == fs::file_type::not_found};
}

}  // namespace

ResultFile::ResultFile(const std::string& path) {
    const Destination destination = destination_of(path);
    path_ = destination.path.string();
    if (destination.replaceable) {
        part_ = part_path(path_);
        file_.emplace(part_);
        return;
    }
    errno = 0;
    stream_.emplace(path_, std::ios::binary | std::ios::app);  // an open file may hold something
    check_stream();
}

ResultFile::~ResultFile() {
    std::error_code ignored;
    if (!part_.empty()) fs::remove(part_, ignored);
}

void ResultFile::check_stream() {
    if (!*stream_) throw InputError(path_ + ": cannot be written: " + std::strerror(errno));
}

void ResultFile::line(std::string_view text) {
    if (stream_) {
        errno = 0;
        *stream_ << text << '\n';
        return check_stream();
    }
    file_->append(text);
    file_->append("\n");
}

void ResultFile::finish() {
    if (stream_) {
        errno = 0;
        stream_->close();
        return check_stream();
    }
    file_->close();
    std::error_code problem;
    fs::rename(part_, path_, problem);
    if (problem) throw InputError(path_ + ": cannot be written: " + problem.message());
    part_.clear();
}

}  // namespace eckart
