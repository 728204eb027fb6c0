#include "recsys/models/figures.h"

#include <algorithm>
#include <charconv>

namespace eckart::recsys {

RatingScale scale_of(const CsrView& ratings) {
    const auto [low, high] = std::minmax_element(ratings.values.begin(), ratings.values.end());
    return {*low, *high};
}

std::string shortest(double number) {
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

Explanation explanation_of(double base, const Profile& profile, std::span<const double> parts) {
    Explanation explanation{.score = base, .base = base, .contributions = {}};
    for (std::size_t p = 0; p < profile.size(); ++p) {
        explanation.contributions.push_back({profile.items[p], profile.values[p], parts[p]});
        explanation.score += parts[p];
    }
    return explanation;
}

}  // namespace eckart::recsys
