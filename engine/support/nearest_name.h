#pragma once

#include <span>
#include <string>
#include <string_view>

namespace eckart {

/// The one of `names` that somebody who wrote `word` probably meant: it begins with `word`, or few letters of `word`
/// have to be changed, added or left out: one of up to three, two of up to eight, or else a third; a first letter that
/// differs beside others counts twice. ASCII capitals count as small letters; ties go to the earliest of `names`. Empty
/// where no name is so near.
std::string nearest_name(std::string_view word, std::span<const std::string> names);

/// "; did you mean 'search'?" for the end of a message, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string> names);

}  // namespace eckart
