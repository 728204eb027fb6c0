#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/storage/output_file.h"
#include "tools/cli/session.h"

namespace eckart::tools {

/// Where a command writes many rows: a file, or standard output if the path is empty or "-". Invariant: what stood at
/// the path stays until `finish`, which puts the whole in its place.
class ResultFile {
  public:
    ResultFile(const std::string& path, Session& session);
    ~ResultFile();
    ResultFile(const ResultFile&) = delete;
    ResultFile& operator=(const ResultFile&) = delete;

    void line(std::string_view text);

    /// Call it last. Throws InputError if the file cannot be written.
    void finish();

  private:
    std::string path_;
    std::string part_;  ///< what is being written; empty once it is in place
    Session& session_;
    std::optional<OutputFile> file_;
};

}  // namespace eckart::tools
