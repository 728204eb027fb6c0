#pragma once

#include <string>

namespace eckart {

/// A new folder that is removed, with everything in it, when the object goes.
class TemporaryFolder {
  public:
    /// Makes it in `parent`; empty: where the system keeps temporary files (TMPDIR). Throws InputError if that fails.
    explicit TemporaryFolder(const std::string& parent = {});
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::string& path() const { return path_; }
    /// The path of `name` in the folder.
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

}  // namespace eckart
