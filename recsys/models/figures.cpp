#include "recsys/models/figures.h"

#include <algorithm>
#include <variant>

namespace eckart::recsys {

RatingScale scale_of(const CsrView& ratings) {
    const auto [low, high] = std::minmax_element(ratings.values.begin(), ratings.values.end());
    return {*low, *high};
}

RatingScale read_scale(const Figures& figures) {
    return {static_cast<float>(figures.number("low")), static_cast<float>(figures.number("high"))};
}

std::vector<NamedNumber> numbers_of(const Figures& figures) {
    std::vector<NamedNumber> numbers;
    for (const Figures::Entry& entry : figures.entries()) {
        if (entry.name == "low" || entry.name == "high") continue;
        if (const auto* count = std::get_if<std::int64_t>(&entry.value)) {
            numbers.push_back({entry.name, static_cast<double>(*count)});
        } else if (const auto* number = std::get_if<double>(&entry.value)) {
            numbers.push_back({entry.name, *number});
        } else if (const auto* list = std::get_if<std::vector<double>>(&entry.value); list && !list->empty()) {
            numbers.push_back({entry.name, list->back()});
        }
    }
    return numbers;
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
