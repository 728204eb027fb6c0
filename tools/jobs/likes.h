#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eckart::tools {

/// An item that somebody names on the command line, with or without a rating.
struct NamedRating {
    std::string item;  ///< an id or a title
    std::optional<float> value = {};
};

/// Reads "Heat (1995)=5, Alien=4". Items are parted by commas, and what follows an item's last "=" is its rating if it
/// is a number. Commas inside a title are no matter as long as the whole is `known`: the longest known name wins, so
/// that "Good, the Bad and the Ugly, The=5, Alien=4" are two. A name in double quotes (two of them for one inside) is
/// taken as it is, "=" and commas and all. Throws UsageError where a quote is not closed or a name is empty.
std::vector<NamedRating> parse_likes(std::string_view text, const std::function<bool(const std::string&)>& known);

/// The same of lines with an item each, in which commas mean nothing.
std::vector<NamedRating> parse_like_lines(std::span<const std::string> lines);

}  // namespace eckart::tools
