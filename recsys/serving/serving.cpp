#include "recsys/serving/serving.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/interface/shown_items.h"

// Notation of maximal marginal relevance, as in the header: d diversity, s_i scores, s_low and s_high the ends of the
// pool, similar_j(i) how similar i is to the chosen j, m_j its highest value in the rest of the pool:
//
//     (1 - d) (s_i - s_low) / (s_high - s_low)  -  d  max over chosen j of  max(0, similar_j(i)) / m_j

namespace eckart::recsys {
namespace {

constexpr float never = -std::numeric_limits<float>::infinity();
constexpr std::size_t block_bytes = std::size_t{32} << 20;
constexpr std::size_t most_profiles = 256;

using Items = std::span<const std::int32_t>;

void require_items(Items items, std::int64_t count, const char* what) {
    for (const std::int32_t item : items) {
        if (item < 0 || item >= count) {
            throw UsageError(std::string(what) + ": found item " + std::to_string(item) + " of " +
                             std::to_string(count));
        }
    }
}

void require_length(std::size_t found, std::int64_t items, const char* what) {
    if (found != 0 && found != static_cast<std::size_t>(items)) {
        throw UsageError(std::string(what) + " has " + std::to_string(found) + " entries for " + std::to_string(items) +
                         " items");
    }
}

void check_cells(const Recommender& model, const ItemCells& cells) {
    if (!model.factored_items()) throw no_cells(model.name());
    const std::int64_t width = item_cells_width(*model.factored_items());
    if (cells.file.total != model.items() || cells.file.dimensions() != width || cells.probes < 1) {
        throw UsageError("found cells of " + std::to_string(cells.file.total) + " x " +
                         std::to_string(cells.file.dimensions()) + " numbers, expected those of the model's items, " +
                         std::to_string(model.items()) + " x " + std::to_string(width));
    }
}

void check(const Recommender& model, const RecommendOptions& options) {
    const std::int64_t items = model.items();
    if (!(options.diversity >= 0 && options.diversity <= 1))
        throw UsageError("diversity: expected a number from 0 to 1");
    require_length(options.allowed.size(), items, "the list of allowed items");
    require_length(options.popularity.size(), items, "the popularity");
    require_length(options.order_offsets.size(), items, "the list of offsets");
    require_items(options.seen, items, "seen items");
    if (options.candidates) require_items(*options.candidates, items, "candidates");
    if (options.cells != nullptr) check_cells(model, *options.cells);
}

void hide(const Profile& profile, Items seen, const RecommendOptions& options, std::span<float> scores) {
    ShownItems shown{.allowed = options.allowed, .candidates = options.candidates};
    if (options.exclude_seen) shown.rated = profile.items, shown.seen = seen;
    hide(shown, scores);
}

/// Scores of all items for one person.
struct AllScores {
    std::vector<float> values;
    bool by_popularity;  ///< which takes the place of a model that knows nothing of the person
};

AllScores all_scores(const Recommender& model, const Profile& profile, const RecommendOptions& options) {
    std::vector<float> scores(model.items());
    model.score({&profile, 1}, Eigen::Map<DenseMatrix>(scores.data(), 1, model.items()));
    const bool by_popularity = fall_back(profile, options.popularity, scores);
    return {std::move(scores), by_popularity};
}

/// What maximal marginal relevance keeps of each item that it may choose.
struct Choice {
    Scored<float> row;
    double relevance;
    double nearest = 0;  ///< how like the nearest chosen item it is, in [0, 1]
};

/// Raises `nearest` of those that are like `chosen`.
void compare_with(const Recommender& model, std::int32_t chosen, std::span<Choice> rest) {
    const std::vector<float> similar = model.similar(chosen);
    const auto likeness = [&](const Choice& choice) {
        const double value = static_cast<double>(similar[choice.row.index]);
        return value > 0 ? value : 0;
    };
    double highest = 0;
    for (const Choice& choice : rest) highest = std::max(highest, likeness(choice));
    if (!(highest > 0)) return;
    for (Choice& choice : rest) choice.nearest = std::max(choice.nearest, likeness(choice) / highest);
}

/// Chooses `count` rows of `pool`, which are in the order of their scores.
std::vector<Scored<float>> diversified(const Recommender& model, std::span<const Scored<float>> pool, std::size_t count,
                                       double diversity) {
    if (pool.empty() || count == 0) return {};
    const double low = static_cast<double>(pool.back().score);
    const double range = static_cast<double>(pool.front().score) - low;
    std::vector<Choice> rest;
    for (const Scored<float>& row : pool) {
        rest.push_back({row, range > 0 ? (static_cast<double>(row.score) - low) / range : 0});
    }
    const auto worth = [&](const Choice& choice) {
        return (1 - diversity) * choice.relevance - diversity * choice.nearest;
    };
    std::vector<Scored<float>> chosen;
    auto best = rest.begin();  // of equals the first, which has the higher score
    while (true) {
        const std::int32_t item = best->row.index;
        chosen.push_back(best->row);
        rest.erase(best);
        if (chosen.size() == count || rest.empty()) return chosen;
        compare_with(model, item, rest);
        best = std::max_element(rest.begin(), rest.end(),
                                [&](const Choice& a, const Choice& b) { return worth(a) < worth(b); });
    }
}

/// How many of the best are chosen from.
std::size_t pool_size(const Recommender& model, const RecommendOptions& options) {
    const std::size_t count = std::min(options.count, static_cast<std::size_t>(model.items()));
    return options.diversity == 0 ? count : 10 * count + 50;
}

std::vector<Scored<float>> chosen_rows(const Recommender& model, std::vector<Scored<float>> pool,
                                       const RecommendOptions& options) {
    if (options.diversity == 0) return pool;
    return diversified(model, pool, options.count, options.diversity);
}

/// The answer to one person by the scores of all items, which it takes over.
Recommendations answer_by_scores(const Recommender& model, const Profile& profile, Items seen,
                                 const RecommendOptions& options, std::span<float> scores, bool by_popularity) {
    const bool reordered = !by_popularity && !options.order_offsets.empty();
    const std::vector<float> own(scores.begin(), reordered ? scores.end() : scores.begin());
    if (reordered) add_offsets(options.order_offsets, scores);
    hide(profile, seen, options, scores);
    std::vector<Scored<float>> rows = chosen_rows(model, top_k<float>(scores, pool_size(model, options)), options);
    if (reordered) {
        for (Scored<float>& row : rows) row.score = own[row.index];
    }
    return {std::move(rows), by_popularity ? "popular" : std::string(model.name())};
}

Recommendations exact_answer(const Recommender& model, const Profile& profile, Items seen,
                             const RecommendOptions& options) {
    AllScores scores = all_scores(model, profile, options);
    return answer_by_scores(model, profile, seen, options, scores.values, scores.by_popularity);
}

HiddenItems hidden_items(const Profile& profile, Items seen, const RecommendOptions& options) {
    HiddenItems hidden{{}, options.allowed};
    if (!options.exclude_seen) return hidden;
    hidden.seen.assign(profile.items.begin(), profile.items.end());
    hidden.seen.insert(hidden.seen.end(), seen.begin(), seen.end());
    std::sort(hidden.seen.begin(), hidden.seen.end());
    hidden.seen.erase(std::unique(hidden.seen.begin(), hidden.seen.end()), hidden.seen.end());
    return hidden;
}

/// The answer to the person in row `row` of `people`, by cells where these hold enough. `ordered` are the model's items
/// as they are ordered.
Recommendations answer_by_cells(const Recommender& model, const OrderedItems& ordered, const FactoredPeople& people,
                                Eigen::Index row, const Profile& profile, Items seen, const RecommendOptions& options) {
    if (profile.empty()) return exact_answer(model, profile, seen, options);
    auto pool = best_in_cells(*options.cells, ordered.items(), people, row, hidden_items(profile, seen, options),
                              pool_size(model, options));
    if (!pool) return exact_answer(model, profile, seen, options);
    const std::vector<float> own = scores_of_rows(*pool, *model.factored_items(), people, row);
    const bool tied = !own.empty() && std::equal(own.begin() + 1, own.end(), own.begin());  // perhaps all items
    if (tied) return exact_answer(model, profile, seen, options);
    std::vector<Scored<float>> rows = chosen_rows(model, *pool, options);
    for (Scored<float>& chosen : rows) {
        const auto same = [&](const Scored<float>& one) { return one.index == chosen.index; };
        chosen.score = own[std::find_if(pool->begin(), pool->end(), same) - pool->begin()];
    }
    return {std::move(rows), std::string(model.name())};
}

template <typename SeenBy>
std::vector<Recommendations> answers_by_cells(const Recommender& model, std::span<const Profile> profiles,
                                              const SeenBy& seen_by, const RecommendOptions& options) {
    std::vector<Recommendations> answers(profiles.size());
    const OrderedItems ordered(*model.factored_items(), options.order_offsets);
    for (std::size_t first = 0; first < profiles.size(); first += most_profiles) {
        const std::size_t count = std::min(most_profiles, profiles.size() - first);
        const FactoredPeople people = *model.factored_people(profiles.subspan(first, count));
        parallel_for(static_cast<std::int64_t>(count), [&](std::int64_t row) {
            const std::size_t p = first + row;
            answers[p] = answer_by_cells(model, ordered, people, row, profiles[p], seen_by(p), options);
        });
    }
    return answers;
}

bool looks_into_cells(const RecommendOptions& options) {
    return options.cells != nullptr && !options.candidates;
}

std::int64_t rank_in(std::span<const float> scores, std::int32_t item) {
    const auto i = static_cast<std::size_t>(item);
    std::int64_t before = 0;
    for (std::size_t j = 0; j < scores.size(); ++j) {
        before += static_cast<std::int64_t>(scores[j] > scores[i] || (scores[j] == scores[i] && j < i));
    }
    return before + 1;
}

/// Score and place of one item.
struct Standing {
    double score;
    std::optional<std::int64_t> rank;  ///< nothing if it may not be shown
};

Standing standing_of(const Recommender& model, const Profile& profile, std::int32_t item,
                     const RecommendOptions& options) {
    check(model, options);
    require_items({&item, 1}, model.items(), "the item");
    AllScores all = all_scores(model, profile, options);
    std::vector<float>& scores = all.values;
    Standing standing{static_cast<double>(scores[item]), std::nullopt};
    if (!all.by_popularity) add_offsets(options.order_offsets, scores);
    hide(profile, options.seen, options, scores);
    if (scores[item] != never) standing.rank = rank_in(scores, item);
    return standing;
}

}  // namespace

Recommendations recommend(const Recommender& model, const Profile& profile, const RecommendOptions& options) {
    check(model, options);
    if (!looks_into_cells(options)) return exact_answer(model, profile, options.seen, options);
    return answer_by_cells(model, OrderedItems(*model.factored_items(), options.order_offsets),
                           *model.factored_people({&profile, 1}), 0, profile, options.seen, options);
}

std::vector<Recommendations> recommend(const Recommender& model, std::span<const Profile> profiles,
                                       std::span<const std::span<const std::int32_t>> seen,
                                       const RecommendOptions& options) {
    check(model, options);
    if (!seen.empty() && seen.size() != profiles.size())
        throw UsageError("found " + std::to_string(seen.size()) + " lists of seen items for " +
                         std::to_string(profiles.size()) + " profiles");
    for (const Items items : seen) require_items(items, model.items(), "seen items");
    const auto seen_by = [&](std::size_t p) { return seen.empty() ? options.seen : seen[p]; };
    if (looks_into_cells(options)) return answers_by_cells(model, profiles, seen_by, options);
    const auto item_count = static_cast<std::size_t>(std::max<std::int64_t>(model.items(), 1));
    const std::size_t block = std::clamp<std::size_t>(block_bytes / (4 * item_count), 1, most_profiles);
    std::vector<Recommendations> answers(profiles.size());
    DenseMatrix scores(static_cast<Eigen::Index>(std::min(block, profiles.size())), model.items());
    for (std::size_t first = 0; first < profiles.size(); first += block) {
        const std::size_t count = std::min(block, profiles.size() - first);
        model.score(profiles.subspan(first, count), scores.topRows(static_cast<Eigen::Index>(count)));
        parallel_for(static_cast<std::int64_t>(count), [&](std::int64_t row) {
            const std::size_t p = first + row;
            const std::span<float> own{scores.row(row).data(), static_cast<std::size_t>(model.items())};
            const bool by_popularity = fall_back(profiles[p], options.popularity, own);
            answers[p] = answer_by_scores(model, profiles[p], seen_by(p), options, own, by_popularity);
        });
    }
    return answers;
}

std::optional<std::int64_t> rank_of(const Recommender& model, const Profile& profile, std::int32_t item,
                                    const RecommendOptions& options) {
    return standing_of(model, profile, item, options).rank;
}

Counterfactual counterfactual(const Recommender& model, const Profile& profile, std::size_t left_out, std::int32_t item,
                              const RecommendOptions& options) {
    if (left_out >= profile.size()) {
        throw UsageError("there is no rating " + std::to_string(left_out) + " among " + std::to_string(profile.size()));
    }
    std::vector<std::int32_t> items(profile.items.begin(), profile.items.end());
    std::vector<float> values(profile.values.begin(), profile.values.end());
    items.erase(items.begin() + static_cast<std::ptrdiff_t>(left_out));
    values.erase(values.begin() + static_cast<std::ptrdiff_t>(left_out));
    std::vector<std::int32_t> seen(options.seen.begin(), options.seen.end());
    seen.push_back(profile.items[left_out]);
    RecommendOptions with_it = options;
    with_it.popularity = {};  // the model's own answer to both, in one scale, though the rest may be empty
    RecommendOptions without = with_it;
    without.seen = seen;

    const Standing with = standing_of(model, profile, item, with_it);
    const Standing rest = standing_of(model, {items, values}, item, without);
    return {profile.items[left_out], with.score, rest.score, with.rank, rest.rank};
}

Prediction predict(const Recommender& model, const Profile& profile, std::int32_t item,
                   std::span<const float> popularity) {
    return predict(model, profile, std::span(&item, 1), popularity).front();
}

std::vector<Prediction> predict(const Recommender& model, const Profile& profile, std::span<const std::int32_t> items,
                                std::span<const float> popularity) {
    require_items(items, model.items(), "the item");
    require_length(popularity.size(), model.items(), "the popularity");
    if (items.empty()) return {};
    std::vector<float> scores(model.items());
    const Recommender* rating_model = model.rating_model();
    const Recommender& own_model = rating_model != nullptr ? *rating_model : model;
    own_model.score({&profile, 1}, Eigen::Map<DenseMatrix>(scores.data(), 1, model.items()));
    const auto scale = own_model.scale();
    std::vector<Prediction> predictions;
    for (const std::int32_t item : items) {
        double score = static_cast<double>(scores[item]);
        if (scale) score = std::clamp(score, static_cast<double>(scale->low), static_cast<double>(scale->high));
        const bool known_item = popularity.empty() || popularity[item] > 0;
        const std::string own = known_item ? std::string(own_model.name()) : "user";
        predictions.push_back({score, profile.empty() ? (known_item ? "item" : "mean") : own});
    }
    return predictions;
}

}  // namespace eckart::recsys
