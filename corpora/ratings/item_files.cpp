#include <algorithm>
#include <filesystem>
#include <utility>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/charset.h"
#include "corpora/bytes/rows.h"
#include "corpora/ratings/item_descriptions.h"
#include "corpora/ratings/rating_folder.h"
#include "engine/support/error.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_file_bytes = std::size_t{1} << 30;

std::string all_of(const std::string& path) {
    std::string bytes;
    if (!read_all(*open_byte_stream(path), most_file_bytes, bytes)) {
        throw InputError(path + ": found more than " + readable_bytes(most_file_bytes) + ", expected a file of items");
    }
    return bytes;
}

/// The names in a u.genre ("Action|1") by their numbers; none if there is no such file.
std::vector<std::string> categories_beside(const std::string& path) {
    const std::string genres = (fs::path(path).parent_path() / "u.genre").string();
    std::error_code error;
    std::vector<std::string> names;
    if (path == "-" || !fs::is_regular_file(genres, error)) return names;
    RowReader rows(open_byte_stream(genres), RowForm::bars);
    for (std::vector<std::string_view> fields; rows.next(fields);) {
        if (fields.size() != 2 || fields[1] != std::to_string(names.size())) {
            rows.fail("found a line that is not a name, a bar and its number, expected number " +
                      std::to_string(names.size()));
        }
        names.emplace_back(fields[0]);
    }
    return names;
}

/// What the items of ratings in a file of this name are called; empty if nothing says so.
std::string counterpart(std::string_view ratings) {
    if (ratings.starts_with("u.") || ratings.starts_with("ua.") || ratings.starts_with("ub.")) return "u.item";
    if (ratings.starts_with("ratings") && ratings.find(".dat") != std::string_view::npos) return "movies.dat";
    if (ratings.starts_with("ratings.csv")) return "movies.csv";
    if (ratings.starts_with("ratings.tsv")) return "movies.tsv";
    if (ratings.starts_with("combined_data_") || ratings.starts_with("mv_")) return "movie_titles.txt";
    return {};
}

}  // namespace

std::string item_bytes(const std::string& path) {
    std::string bytes = all_of(path);
    const bool is_utf16 = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
    if (!is_utf16 && !is_valid_utf8(bytes)) convert_to_utf8(bytes, "windows-1252");
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (bytes.starts_with(byte_order_mark)) bytes.erase(0, byte_order_mark.size());
    return bytes;
}

std::vector<ItemDescription> read_items(const std::string& path) {
    return parse_items(all_of(path), path == "-" ? "standard input" : path, categories_beside(path));
}

std::optional<std::string> items_file_beside(const std::string& ratings_source) {
    if (ratings_source == "-") return std::nullopt;
    const fs::path source(ratings_source);
    std::error_code error;
    const bool is_folder = fs::is_directory(source, error);
    fs::path folder = is_folder ? source : source.parent_path();
    if (folder.empty()) folder = ".";
    std::vector<std::string> names = {"u.item",           "movies.dat",       "movies.csv", "movies.tsv",
                                      "movie_titles.txt", "movie_titles.csv", "items.csv",  "items.tsv"};
    const std::string first = is_folder ? std::string() : counterpart(source.filename().string());
    if (!first.empty()) names.insert(names.begin(), first);
    for (const std::string& name : names) {
        if (auto path = file_in(folder.string(), name)) return path;
    }
    folder = fs::weakly_canonical(folder, error);
    if (folder.filename() != "training_set") return std::nullopt;
    for (const char* name : {"movie_titles.txt", "movie_titles.csv"}) {
        if (auto path = file_in(folder.parent_path().string(), name)) return path;
    }
    return std::nullopt;
}

}  // namespace eckart::corpora
