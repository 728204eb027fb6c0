#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/jobs/common/titles.h"

namespace eckart::jobs {

/// An item as somebody names it, with or without a rating.
struct NamedRating {
    std::string item;  ///< an id or a title
    std::optional<float> value = {};
};

/// How closely a name matches an item: TitleIndex::matches(name).match.
using MatchOf = std::function<TitleMatch(const std::string& name)>;

/// Reads "Heat (1995)=5, Alien=4". Commas separate items, and what follows an item's last "=" is its rating if it is a
/// number. Commas inside a title do no harm: of names that begin at one place, the longest that is a whole title is
/// taken, or else the longest that is part of one, so that "Good, the Bad and the Ugly, The=5, Alien=4" are two. A name
/// in double quotes (two of them for one inside) is taken as it is, with "=" and commas. Throws UsageError where a
/// quote is not closed or a name is empty.
std::vector<NamedRating> parse_likes(std::string_view text, const MatchOf& match_of);

/// The same of lines with an item each, in which commas mean nothing.
std::vector<NamedRating> parse_like_lines(std::span<const std::string> lines);

}  // namespace eckart::jobs
