#pragma once

#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "engine/storage/output_file.h"

namespace eckart {

/// A file of results. Invariant: what stood at the path stays until `finish`, which replaces it by the whole file; a
/// symbolic link stays, and the file it leads to is replaced. A pipe, a device or an open file (/dev/stdout, /dev/fd/3)
/// cannot be replaced, so it is written to as the text comes.
class ResultFile {
  public:
    /// Throws InputError if nothing can be written there.
    explicit ResultFile(const std::string& path);
    ~ResultFile();
    ResultFile(const ResultFile&) = delete;
    ResultFile& operator=(const ResultFile&) = delete;

    /// Appends the text and a line break. Throws InputError if it cannot be written.
    void line(std::string_view text);

    /// Call it last. Throws InputError if the file cannot be written.
    void finish();

  private:
    void check_stream();

    std::string path_;  ///< where the file stands, links followed
    std::string part_;  ///< what is being written; empty once it is in place
    std::optional<OutputFile> file_;
    std::optional<std::ofstream> stream_;
};

}  // namespace eckart
