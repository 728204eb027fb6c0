#include "tools/jobs/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "engine/support/error.h"

namespace eckart::tools {

TemporaryFolder::TemporaryFolder() : path_((std::filesystem::temp_directory_path() / "eckart-XXXXXX").string()) {
    if (!mkdtemp(path_.data())) throw InputError("cannot make " + path_ + ": " + std::strerror(errno));
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace eckart::tools
