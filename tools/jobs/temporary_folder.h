#pragma once

#include <string>

namespace eckart::tools {

/// A new folder that is removed, with all in it, when the object goes.
class TemporaryFolder {
  public:
    /// Throws InputError if none can be made where the system keeps such things (TMPDIR).
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace eckart::tools
