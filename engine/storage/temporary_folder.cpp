#include "engine/storage/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "engine/support/error.h"

namespace eckart {

TemporaryFolder::TemporaryFolder(const std::string& parent) {
    const std::filesystem::path folder =
        parent.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path(parent);
    path_ = (folder / "eckart-XXXXXX").string();
    if (!mkdtemp(path_.data())) throw InputError("cannot create " + path_ + ": " + std::strerror(errno));
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace eckart
