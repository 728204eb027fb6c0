#pragma once

#include <fstream>
#include <optional>
#include <string>
#include <string_view>

#include "engine/storage/output_file.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Where a command writes many rows: a file, or standard output if the path is empty or "-". Invariant: what stood at
/// the path stays until `finish`, which puts the whole in its place; of a symbolic link, in the place of what it leads
/// to. A pipe, a device or an open file (/dev/stdout, /dev/fd/3) can only be written to as the rows come.
class ResultFile {
  public:
    /// Throws InputError if nothing can be written there.
    ResultFile(const std::string& path, Session& session);
    ~ResultFile();
    ResultFile(const ResultFile&) = delete;
    ResultFile& operator=(const ResultFile&) = delete;

    /// Throws InputError if it cannot be written.
    void line(std::string_view text);

    /// Call it last. Throws InputError if the file cannot be written.
    void finish();

  private:
    void check_stream();

    std::string path_;  ///< where the file stands, links followed
    std::string part_;  ///< what is being written; empty once it is in place
    Session& session_;
    std::optional<OutputFile> file_;
    std::optional<std::ofstream> stream_;
};

}  // namespace eckart::tools
