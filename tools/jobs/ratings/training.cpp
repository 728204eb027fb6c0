#include "tools/jobs/ratings/training.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/support/error.h"

namespace eckart::jobs {

TrainingPlan training_plan(const std::string& text, const ModelOptions& options, std::optional<float> positive) {
    const auto models = named_models(text.empty() ? "auto" : text, options);
    if (models.size() != 1) throw UsageError("model: found " + text + ", expected one model");
    const recsys::ModelKind& kind = *models.front().kind;
    if (positive && !kind.of_likes) {
        throw UsageError("positive: " + kind.name + " learns from all ratings, low ones too");
    }
    return {&kind, recsys::OptionValues(kind.options, models.front().options), positive,
            text.empty() ? "since no model was named" : ""};
}

std::optional<CsrMatrix> likes_among(const recsys::Ratings& ratings, const TrainingPlan& plan) {
    if (!plan.positive) return {};
    CsrMatrix likes = recsys::entries_from(ratings.user_item, *plan.positive);
    if (likes.nonzeros() > 0) return likes;
    throw InputError(
        fmt::format("found no rating of {} or more among {}", *plan.positive, ratings.user_item.nonzeros()));
}

std::uint64_t ratings_memory(const recsys::Ratings& ratings, const CsrView& fitted) {
    constexpr std::uint64_t rating_bytes = sizeof(float) + sizeof(std::int32_t), time_bytes = sizeof(std::int64_t);
    constexpr std::uint64_t id_bytes = sizeof(std::string);
    const auto count = [](auto number) { return static_cast<std::uint64_t>(number); };
    return rating_bytes * (count(ratings.user_item.nonzeros()) + count(fitted.nonzeros())) +
           time_bytes * count(ratings.times.size()) + id_bytes * count(ratings.users.size() + ratings.items.size());
}

std::uint64_t training_memory(const recsys::Ratings& ratings, const CsrView& fitted, const TrainingPlan& plan) {
    constexpr std::uint64_t gathered_bytes = 2 * sizeof(std::int32_t) + sizeof(float), order_bytes = 4;
    const std::uint64_t rated = static_cast<std::uint64_t>(ratings.user_item.nonzeros());
    const std::uint64_t gathering = (gathered_bytes + order_bytes) * rated +
                                    sizeof(std::int64_t) * static_cast<std::uint64_t>(ratings.times.size()) +
                                    ratings_memory(ratings, CsrView());
    return std::max(gathering, ratings_memory(ratings, fitted) +
                                   plan.kind->memory({fitted.rows, fitted.cols, fitted.nonzeros()}, plan.options));
}

}  // namespace eckart::jobs
