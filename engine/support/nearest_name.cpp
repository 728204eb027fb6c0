#include "engine/support/nearest_name.h"

#include <algorithm>

#include "engine/support/ascii.h"
#include "engine/support/edit_distance.h"

namespace eckart {
namespace {

constexpr std::size_t least_prefix = 3;  ///< letters that a beginning needs to say something

}  // namespace

std::string nearest_name(std::string_view word, std::span<const std::string> names) {
    const std::string wanted = lower_ascii(word);
    std::size_t least = std::max<std::size_t>(wanted.size() < 4 ? 1 : 2, wanted.size() / 3) + 1;
    std::string nearest;
    for (const std::string& name : names) {
        const std::string known = lower_ascii(name);
        const bool begins = wanted.size() >= least_prefix && known.starts_with(wanted);
        std::size_t distance = begins ? 0 : edit_distance(wanted, known, least);
        if (distance > 1 && known[0] != wanted[0]) ++distance;  // who mistypes rarely mistypes the first letter
        if (distance >= least) continue;
        least = distance;
        nearest = name;
    }
    return nearest;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> names) {
    const std::string name = nearest_name(word, names);
    return name.empty() ? "" : "; did you mean '" + name + "'?";
}

}  // namespace eckart
