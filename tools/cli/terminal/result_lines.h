#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/storage/result_file.h"
#include "tools/cli/terminal/output.h"

namespace eckart::tools {

/// Where a command writes many rows: a ResultFile, or standard output if the path is empty or "-".
class ResultLines {
  public:
    /// Throws InputError if nothing can be written there.
    ResultLines(const std::string& path, Output& out) : out_(out) {
        if (!path.empty() && path != "-") file_.emplace(path);
    }

    /// Throws InputError if it cannot be written.
    void line(std::string_view text) { file_ ? file_->line(text) : out_.line(text); }

    /// Call it last. Throws InputError if the file cannot be written.
    void finish() {
        if (file_) file_->finish();
    }

  private:
    Output& out_;
    std::optional<ResultFile> file_;
};

}  // namespace eckart::tools
