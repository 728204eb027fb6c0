#include "engine/storage/result_folder.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "engine/storage/file_descriptor.h"
#include "engine/storage/part_path.h"
#include "engine/support/error.h"

namespace eckart {

namespace fs = std::filesystem;

ResultFolder::ResultFolder(std::string path) : path_(std::move(path)), part_(part_path(path_ + "/")), made_(false) {
    std::error_code problem;
    made_ = fs::create_directories(path_, problem);
    if (!problem) fs::create_directory(part_, problem);
    if (problem) throw InputError(path_ + ": cannot be created: " + problem.message());
}

ResultFolder::~ResultFolder() {
    std::error_code ignored;
    if (part_.empty()) return;
    fs::remove_all(part_, ignored);
    if (made_) fs::remove(path_, ignored);
}

std::string ResultFolder::file(const std::string& name) {
    names_.push_back(name);
    return part_ + "/" + name;
}

void ResultFolder::finish() {
    for (const std::string& name : names_) {
        sync_to_disk(part_ + "/" + name);
        std::error_code problem;
        fs::rename(part_ + "/" + name, path_ + "/" + name, problem);
        if (problem) throw InputError(path_ + "/" + name + ": cannot be written: " + problem.message());
    }
    std::error_code ignored;
    fs::remove_all(std::exchange(part_, {}), ignored);
}

}  // namespace eckart
