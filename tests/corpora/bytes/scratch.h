#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/bytes/byte_stream.h"
#include "corpora/documents/document.h"
#include "engine/support/error.h"

namespace eckart::corpora {

/// A folder of the test's own that is gone afterwards.
class ScratchFolder {
  public:
    ScratchFolder() {
        static std::atomic<int> count = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("eckart-corpora-" + std::to_string(::getpid()) + "-" + std::to_string(count++));
        std::filesystem::create_directories(path_);
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    std::string path(const std::string& name = {}) const {
        return name.empty() ? path_.string() : (path_ / name).string();
    }

    /// Writes a file, in folders made as needed, and returns its path.
    std::string write(const std::string& name, std::string_view bytes) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream(path_ / name, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return path(name);
    }

  private:
    std::filesystem::path path_;
};

inline std::vector<Document> all_documents(DocumentReader& reader) {
    std::vector<Document> documents;
    Document document;
    while (reader.next(document)) documents.push_back(document);
    return documents;
}

inline std::vector<std::string> ids_of(const std::vector<Document>& documents) {
    std::vector<std::string> ids;
    for (const Document& document : documents) ids.push_back(document.id);
    return ids;
}

/// The message of the InputError that `action` throws; empty if it throws none.
template <class Action>
std::string input_error(Action action) {
    try {
        action();
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

using Ids = std::vector<std::string>;

std::string gzipped(std::string_view bytes);
std::string zstd_compressed(std::string_view bytes);

}  // namespace eckart::corpora
