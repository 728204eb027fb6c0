#include "recsys/serving/reason.h"

#include <algorithm>
#include <cmath>

namespace eckart::recsys {

Reason reason_of(const Recommender& model, const Profile& profile, std::int32_t item, const RecommendOptions& options) {
    Reason reason{model.explain(profile, item)};
    auto& contributions = reason.explanation.contributions;
    const auto best = std::max_element(contributions.begin(), contributions.end(),
                                       [](const auto& a, const auto& b) { return a.score < b.score; });
    if (best != contributions.end()) {
        const auto place = static_cast<std::size_t>(best - contributions.begin());
        reason.without = counterfactual(model, profile, place, item, options);
    }
    std::stable_sort(contributions.begin(), contributions.end(),
                     [](const auto& a, const auto& b) { return std::abs(a.score) > std::abs(b.score); });
    return reason;
}

double contributions_after(const Explanation& explanation, std::size_t first) {
    double sum = 0;
    for (std::size_t c = first; c < explanation.contributions.size(); ++c) sum += explanation.contributions[c].score;
    return sum;
}

bool is_explained(const Recommendations& ranking, const Recommender& model) {
    return ranking.source == model.name();
}

double shown_score(double score, const Recommender& model, std::string_view source) {
    const auto scale = model.scale();
    if (!scale || source != model.name()) return score;
    return std::clamp(score, static_cast<double>(scale->low), static_cast<double>(scale->high));
}

std::optional<Note> score_note(const Recommender& model, const Recommendations& ranking) {
    if (!is_explained(ranking, model)) {
        return Note{"ranked-by-popularity",
                    "nothing is known of this person: items are ranked by popularity, and a score is the number of " +
                        std::string(model.scale() ? "ratings" : "likes")};
    }
    if (model.scale()) return std::nullopt;
    return Note{"scores-only-rank", "scores only rank: " + std::string(model.name()) +
                                        (model.rating_model() != nullptr ? " ranks by likes, and predict gives ratings"
                                                                         : " learns from likes, not ratings")};
}

}  // namespace eckart::recsys
