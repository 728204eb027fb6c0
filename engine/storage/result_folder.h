#pragma once

#include <string>
#include <vector>

namespace eckart {

/// A folder of several files of results. Invariant: what stood in the folder stays until `finish`, which puts each file
/// in its place once all of them are written; a program that fails, or is killed, changes none of them.
class ResultFolder {
  public:
    /// Makes the folder if it does not exist. Throws InputError if nothing can be written there.
    explicit ResultFolder(std::string path);
    ~ResultFolder();
    ResultFolder(const ResultFolder&) = delete;
    ResultFolder& operator=(const ResultFolder&) = delete;

    /// Path at which to write the file `name`, until `finish`.
    std::string file(const std::string& name);

    /// Call it last, when all files are closed. Throws InputError if one cannot be put in its place.
    void finish();

    const std::string& path() const { return path_; }
    const std::vector<std::string>& names() const { return names_; }  ///< in the order of `file`

  private:
    std::string path_;
    std::string part_;  ///< a folder inside, where files are written; empty once they are in place
    bool made_;
    std::vector<std::string> names_;
};

}  // namespace eckart
