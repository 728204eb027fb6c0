#include "tools/jobs/ratings/similar_items.h"

#include "engine/support/parallel.h"
#include "engine/support/top_k.h"
#include "recsys/interface/shown_items.h"

namespace eckart::jobs {

SimilarItems similar_items(const OpenModel& model, std::string_view name, std::int64_t count, const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "similar");
    SimilarItems answer;
    const std::int32_t item = model.item(name, answer.notes);
    const recsys::Recommender& recommender = model.model();
    answer.source = recommender.name();
    const std::vector<float> likeness = recommender.similar(item);
    const auto known = recsys::rated_often(model.store().popularity(),
                                           recsys::usual_least_ratings(recommender, model.store().users().size()));
    TopK<float> nearest(count);
    for (std::size_t i = 0; i < likeness.size(); ++i) {
        const auto row = static_cast<std::int32_t>(i);
        const bool is_known = known.empty() || known[i] != 0 || model.store().is_new(row);
        if (row != item && likeness[i] != 0 && is_known) nearest.offer(row, likeness[i]);
    }
    for (const auto& [row, score] : nearest.take()) {
        CatalogEntry entry = model.entry(row);
        answer.items.push_back({std::move(entry.id), std::move(entry.title), score});
    }
    if (answer.items.empty()) {
        answer.notes.push_back({"nothing-similar", "nothing is known of what is like " + model.label(item)});
    }
    return answer;
}

}  // namespace eckart::jobs
