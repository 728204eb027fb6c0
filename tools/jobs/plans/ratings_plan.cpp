#include "tools/jobs/plans/ratings_plan.h"

#include <algorithm>

#include "engine/support/parallel.h"
#include "tools/jobs/plans/plan_estimate.h"

namespace eckart::jobs {
namespace {

/// Ratings in the smaller part that is fitted to see how long it takes; the larger one has four times as many.
constexpr std::int64_t part_ratings = 40'000;

/// The first users, with at most so many ratings together, over all items.
CsrView first_users(const CsrView& all, std::int64_t ratings) {
    const auto end = std::upper_bound(all.row_offsets.begin(), all.row_offsets.end(), ratings);
    const std::int64_t rows = std::max<std::int64_t>(1, end - all.row_offsets.begin() - 1);
    const std::int64_t count = all.row_offsets[rows];
    return {rows, all.cols, all.row_offsets.first(static_cast<std::size_t>(rows) + 1), all.column_indices.first(count),
            all.values.first(count)};
}

TimedPart timed_fit(const CsrView& part, const TrainingPlan& training, const Work& work) {
    const auto fit = [&] {
        (void)training.kind->fit(part, training.options,
                                 {.progress = work.progress, .memory = work.memory, .seed = work.seed});
    };
    return {static_cast<double>(part.nonzeros()), seconds_of(fit)};
}

double training_seconds(const CsrView& fitted, const TrainingPlan& training, const Work& work) {
    const CsrView large = first_users(fitted, 4 * part_ratings), small = first_users(fitted, part_ratings);
    const TimedPart most = timed_fit(large, training, work);
    if (large.rows == fitted.rows || large.nonzeros() == small.nonzeros()) return most.seconds;
    return extrapolated_seconds(static_cast<double>(fitted.nonzeros()), most, timed_fit(small, training, work));
}

}  // namespace

Plan plan_training(const recsys::Ratings& ratings, const TrainingPlan& training, const Work& work) {
    const ThreadLimit threads(work.threads);
    const std::optional<CsrMatrix> likes = likes_among(ratings, training);
    const CsrView fitted = likes ? likes->view() : ratings.user_item.view();
    Plan plan{.work = PlannedWork::train,
              .subject = training.kind->name,
              .sizes = {{"users", fitted.rows}, {"items", fitted.cols}, {"ratings", fitted.nonzeros()}},
              .memory = training_memory(ratings, fitted, training),
              .memory_available = available_memory()};
    const bool fits = work.memory.bytes == 0 || plan.memory <= work.memory.bytes;
    if (fits) plan.seconds = training_seconds(fitted, training, work);
    return plan;
}

}  // namespace eckart::jobs
