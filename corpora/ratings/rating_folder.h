#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eckart::corpora {

/// The path of the file `name` in `folder`, plain or else with .gz or .zst; nothing if there is none.
std::optional<std::string> file_in(const std::string& folder, std::string_view name);

/// The files that a folder's ratings are in.
struct RatingFiles {
    std::vector<std::string> paths;  ///< one, or several to be read in this order
    bool are_netflix = false;
};

/// Finds the ratings in a folder: the first of u.data, ratings.dat, ratings.csv, ratings_notime.dat, ratings.tsv and
/// ratings.jsonl (MovieLens and others), or else all its combined_data_*.txt, all its mv_*.txt, or all mv_*.txt in a
/// folder training_set within it (Netflix), in the order of their names; each also with .gz or .zst. Throws InputError
/// if it has none of them.
RatingFiles rating_files(const std::string& folder);

}  // namespace eckart::corpora
