#include "corpora/ratings/rating_folder.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> compressions = {"", ".gz", ".zst"};

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

bool is_text(const std::string& name) {
    return std::any_of(compressions.begin(), compressions.end(), [&name](std::string_view compression) {
        return name.ends_with(".txt" + std::string(compression));
    });
}

/// The files "<prefix>*.txt" by name; none if the folder is none.
std::vector<std::string> texts_in(const fs::path& folder, std::string_view prefix) {
    std::vector<std::string> paths;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (name.starts_with(prefix) && is_text(name) && is_file(entry->path()))
            paths.push_back(entry->path().string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

}  // namespace

std::optional<std::string> file_in(const std::string& folder, std::string_view name) {
    for (const std::string_view compression : compressions) {
        const fs::path path = fs::path(folder) / (std::string(name) + std::string(compression));
        if (is_file(path)) return path.string();
    }
    return std::nullopt;
}

RatingFiles rating_files(const std::string& folder) {
    for (const char* name :
         {"u.data", "ratings.dat", "ratings.csv", "ratings_notime.dat", "ratings.tsv", "ratings.jsonl"}) {
        if (auto path = file_in(folder, name)) return {{*std::move(path)}, false};
    }
    std::vector<std::string> paths = texts_in(folder, "combined_data_");
    if (paths.empty()) paths = texts_in(folder, "mv_");
    if (paths.empty()) paths = texts_in(fs::path(folder) / "training_set", "mv_");
    if (!paths.empty()) return {std::move(paths), true};
    throw InputError(folder + ": found none of u.data, ratings.dat, ratings.csv, combined_data_*.txt and mv_*.txt, " +
                     "expected a MovieLens or Netflix folder, or the path of a file");
}

}  // namespace eckart::corpora
