#include "recsys/interface/shown_items.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace eckart::recsys {
namespace {

constexpr float never = -std::numeric_limits<float>::infinity();

}  // namespace

std::int64_t usual_least_ratings(const Recommender& model, std::int64_t users) {
    constexpr std::int64_t most = 10, users_a_rating = 50;
    return model.scale() ? std::min(most, users / users_a_rating) : 0;
}

std::vector<float> popularity_of(const CsrView& user_item, std::optional<float> positive) {
    std::vector<float> counts(user_item.cols);
    for (std::size_t p = 0; p < user_item.values.size(); ++p) {
        if (positive && user_item.values[p] < *positive) continue;
        counts[user_item.column_indices[p]] += 1;
    }
    return counts;
}

std::vector<float> choice_offsets(const Recommender& model, std::span<const float> popularity) {
    const auto scale = model.scale();
    if (!scale || !(scale->high > scale->low)) return {};
    const float s = (scale->high - scale->low) / 4;
    std::vector<float> offsets(popularity.size());
    std::transform(popularity.begin(), popularity.end(), offsets.begin(), [s](float n) { return s * std::log1p(n); });
    return offsets;
}

void add_offsets(std::span<const float> offsets, std::span<float> scores) {
    std::transform(offsets.begin(), offsets.end(), scores.begin(), scores.begin(), std::plus<>());
}

std::vector<std::uint8_t> rated_often(std::span<const float> popularity, std::int64_t least) {
    if (least <= 0) return {};
    std::vector<std::uint8_t> often(popularity.size());
    std::transform(popularity.begin(), popularity.end(), often.begin(),
                   [least](float ratings) { return ratings >= static_cast<float>(least) ? 1 : 0; });
    return often;
}

void hide(const ShownItems& shown, std::span<float> scores) {
    for (float& score : scores) score = std::isfinite(score) ? score : never;
    const auto at = [&](std::int32_t item) -> float& { return scores[item]; };
    if (shown.candidates) {
        std::vector<std::uint8_t> chosen(scores.size());
        for (const std::int32_t item : *shown.candidates) chosen[item] = 1;
        for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = chosen[i] != 0 ? scores[i] : never;
    }
    for (std::size_t i = 0; i < shown.allowed.size(); ++i) scores[i] = shown.allowed[i] != 0 ? scores[i] : never;
    for (const std::int32_t item : shown.rated) at(item) = never;
    for (const std::int32_t item : shown.seen) at(item) = never;
}

bool fall_back(const Profile& profile, std::span<const float> popularity, std::span<float> scores) {
    const auto differs = [&](float score) { return score != scores.front(); };
    const bool known = !profile.empty() && (scores.size() < 2 || std::any_of(scores.begin(), scores.end(), differs));
    if (known || popularity.empty()) return false;
    std::copy(popularity.begin(), popularity.end(), scores.begin());
    return true;
}

}  // namespace eckart::recsys
