#include "tools/cli/result_file.h"

#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "engine/support/error.h"

namespace eckart::tools {

ResultFile::ResultFile(const std::string& path, Session& session) : path_(path), session_(session) {
    if (path.empty() || path == "-") return;
    part_ = path + ".part-" + std::to_string(getpid());
    file_.emplace(part_);
}

ResultFile::~ResultFile() {
    std::error_code ignored;
    if (!part_.empty()) std::filesystem::remove(part_, ignored);
}

void ResultFile::line(std::string_view text) {
    if (!file_) return session_.out.line(text);
    file_->append(text);
    file_->append("\n");
}

void ResultFile::finish() {
    if (!file_) return;
    file_->close();
    std::error_code problem;
    std::filesystem::rename(part_, path_, problem);
    if (problem) throw InputError(path_ + ": cannot be written: " + problem.message());
    part_.clear();
}

}  // namespace eckart::tools
