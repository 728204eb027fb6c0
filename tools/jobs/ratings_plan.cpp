#include "tools/jobs/ratings_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "tools/jobs/ratings_source.h"
#include "tools/jobs/training.h"

namespace eckart::tools {
namespace {

/// Ratings in the smaller part that is fitted to see how long it takes; the larger one has four times as many.
constexpr std::int64_t part_ratings = 40'000;

/// The first users, with at most so many ratings together, over all items.
CsrView first_users(const CsrView& all, std::int64_t ratings) {
    const auto end = std::upper_bound(all.row_offsets.begin(), all.row_offsets.end(), ratings);
    const std::int64_t rows = std::max<std::int64_t>(1, end - all.row_offsets.begin() - 1);
    const auto count = static_cast<std::size_t>(all.row_offsets[static_cast<std::size_t>(rows)]);
    return {rows, all.cols, all.row_offsets.first(static_cast<std::size_t>(rows) + 1), all.column_indices.first(count),
            all.values.first(count)};
}

double seconds_to_fit(const CsrView& part, const jobs::TrainingPlan& plan, Session& session) {
    const auto begin = std::chrono::steady_clock::now();
    const auto fitted = plan.kind->fit(part, plan.options,
                                       {.progress = session.progress(),
                                        .memory = session.memory,
                                        .seed = static_cast<std::uint64_t>(session.common.seed)});
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Time grows with the ratings, above a part that is the same for any number of them: the line through two fits.
double estimated_seconds(const CsrView& fitted, const jobs::TrainingPlan& plan, Session& session) {
    const CsrView large = first_users(fitted, 4 * part_ratings), small = first_users(fitted, part_ratings);
    const double seconds = seconds_to_fit(large, plan, session);
    if (large.rows == fitted.rows || large.nonzeros() == small.nonzeros()) return seconds;
    const double slope =
        (seconds - seconds_to_fit(small, plan, session)) / static_cast<double>(large.nonzeros() - small.nonzeros());
    return seconds + std::max(0.0, slope) * static_cast<double>(fitted.nonzeros() - large.nonzeros());
}

void print(Output& out, const nlohmann::ordered_json& plan) {
    Table table({"to train", plan["model"].get<std::string>()});
    for (const char* field : {"users", "items", "ratings"}) table.add({field, plan[field].dump()});
    table.add({"memory", readable_bytes(plan["memory"].get<std::uint64_t>()) + " of " +
                             readable_bytes(plan["memory_available"].get<std::uint64_t>()) + " available"});
    if (plan["seconds"].is_number()) {
        const double seconds = plan["seconds"];
        table.add(
            {"time", "about " + (seconds < 10 ? fmt::format("{:.2g} s", seconds) : fmt::format("{:.0f} s", seconds))});
    }
    table.print(out);
}

}  // namespace

void print_training_plan(Session& session, const std::string& model, const RatingsArguments& given) {
    const recsys::Ratings ratings = jobs::read_ratings(given, session.work());
    const jobs::TrainingPlan plan = jobs::training_plan(model, {}, given.least_like(), ratings);
    const std::optional<CsrMatrix> likes = jobs::likes_among(ratings, plan);
    const CsrView fitted = likes ? *likes : ratings.user_item;
    const std::uint64_t memory = jobs::training_memory(ratings, fitted, plan);
    const bool fits = session.memory.bytes == 0 || memory <= session.memory.bytes;
    nlohmann::ordered_json object = {{"model", plan.kind->name}, {"users", fitted.rows},
                                     {"items", fitted.cols},     {"ratings", fitted.nonzeros()},
                                     {"memory", memory},         {"memory_available", available_memory()}};
    object["seconds"] = fits ? nlohmann::ordered_json(estimated_seconds(fitted, plan, session)) : nullptr;
    if (session.common.json) {
        session.out.object(object);
    } else {
        print(session.out, object);
    }
    session.require_memory(memory, "training " + plan.kind->name);
}

}  // namespace eckart::tools
