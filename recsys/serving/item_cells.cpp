#include "recsys/serving/item_cells.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "recsys/interface/shown_items.h"
#include "recsys/models/item_factors.h"
#include "recsys/models/models.h"
#include "recsys/serving/serving.h"

namespace eckart::recsys {
namespace {

constexpr std::int64_t sample_size = 200;  ///< people that ask for their best

/// Rows (y_i, c_i).
DenseMatrix item_rows(const FactoredItems& items) {
    DenseMatrix rows(items.factors.rows(), item_cells_width(items));
    rows.leftCols(items.factors.cols()) = items.factors;
    for (std::size_t i = 0; i < items.offsets.size(); ++i) {
        rows(static_cast<Eigen::Index>(i), items.factors.cols()) = items.offsets[i];
    }
    return rows;
}

/// The row (x_p, 1) of each.
DenseMatrix queries_of(const DenseMatrix& people, std::int64_t width) {
    DenseMatrix queries = DenseMatrix::Ones(people.rows(), width);
    queries.leftCols(people.cols()) = people;
    return queries;
}

/// People at even distances who have something.
std::vector<Profile> sampled_people(const CsrView& user_item) {
    std::vector<Profile> sample;
    const std::int64_t step = std::max<std::int64_t>(1, user_item.rows / sample_size);
    for (std::int64_t user = 0; user < user_item.rows; user += step) {
        if (const Profile profile = profile_of(user_item, user); !profile.empty()) sample.push_back(profile);
    }
    return sample;
}

/// One an item: whether it has the usual number of ratings; empty: all have.
std::vector<std::uint8_t> usually_shown(const Recommender& model, const CsrView& user_item) {
    return rated_often(popularity_of(user_item), usual_least_ratings(model, user_item.rows));
}

using Answers = std::vector<std::vector<Scored<float>>>;

Answers answers(const Recommender& model, std::span<const Profile> people, const RecommendOptions& options) {
    Answers all;
    for (const Profile& person : people) all.push_back(recommend(model, person, options).top);
    return all;
}

/// The share of the rows of `exact` that are in `found`, or are as good there. `offsets` are what lists are ordered by
/// beside the scores.
double recall_of(const Answers& exact, const Answers& found, std::span<const float> offsets) {
    const auto place = [&](const Scored<float>& row) { return row.score + (offsets.empty() ? 0 : offsets[row.index]); };
    std::size_t rows = 0, near = 0;
    for (std::size_t p = 0; p < exact.size(); ++p) {
        rows += exact[p].size();
        if (exact[p].empty()) continue;
        const float last = place(exact[p].back());
        near += static_cast<std::size_t>(
            std::count_if(found[p].begin(), found[p].end(), [&](const auto& row) { return place(row) >= last; }));
    }
    return rows == 0 ? 1 : static_cast<double>(near) / static_cast<double>(rows);
}

/// Recommends with 1, 2, 4, .. probes, until both all items and those usually shown are found well enough.
ProbeMeasure measured(const InvertedFileView& file, const Recommender& model, const CsrView& user_item,
                      std::span<const float> offsets, const Progress& progress) {
    using Clock = std::chrono::steady_clock;
    const std::vector<Profile> people = sampled_people(user_item);
    const std::vector<std::uint8_t> shown = usually_shown(model, user_item);
    RecommendOptions of_all = {.count = nearest_measured, .order_offsets = offsets}, of_shown = of_all;
    of_shown.allowed = shown;
    const auto seconds_since = [&](Clock::time_point start) {
        const auto number = static_cast<double>(std::max<std::size_t>(1, people.size()));
        return std::chrono::duration<double>(Clock::now() - start).count() / number;
    };
    Clock::time_point start = Clock::now();
    const Answers best = answers(model, people, of_all);
    ProbeMeasure measure = {.probes = 1, .exact_seconds = seconds_since(start)};
    const Answers best_shown = answers(model, people, of_shown);
    for (;; measure.probes = std::min(2 * measure.probes, file.cells())) {
        progress.report("recall", static_cast<std::uint64_t>(measure.probes), static_cast<std::uint64_t>(file.cells()));
        const ItemCells cells = {file, measure.probes};
        of_all.cells = of_shown.cells = &cells;
        start = Clock::now();
        measure.recall = recall_of(best, answers(model, people, of_all), offsets);
        measure.seconds = seconds_since(start);
        measure.recall = std::min(measure.recall, recall_of(best_shown, answers(model, people, of_shown), offsets));
        if (measure.recall >= least_recall || measure.probes >= file.cells()) return measure;
    }
}

std::int64_t count_allowed(const HiddenItems& hidden, std::int64_t items) {
    if (hidden.allowed.empty()) return items;
    return items - std::count(hidden.allowed.begin(), hidden.allowed.end(), std::uint8_t{0});
}

FactoredPeople one_of(const FactoredPeople& people, Eigen::Index person) {
    FactoredPeople one = {people.factors.row(person)};
    if (!people.levels.empty()) one.levels = {people.levels[person]};
    return one;
}

/// How far a search goes.
struct Reach {
    std::int64_t probes;
    std::size_t candidates;
};

/// Where a share s of the items may be shown, the best of them lie about 1 / s times as deep among all. Twice as many
/// candidates, because they do not lie evenly.
Reach first_reach(const ItemCells& cells, std::int64_t allowed, std::size_t wanted) {
    const double depth =
        static_cast<double>(cells.file.total) / static_cast<double>(std::max<std::int64_t>(1, allowed));
    const auto times = [&](auto count) { return std::ceil(depth * static_cast<double>(count)); };
    return {std::min(cells.file.cells(), static_cast<std::int64_t>(times(cells.probes))),
            static_cast<std::size_t>(times(2 * wanted))};
}

Reach wider(const Reach& reach, const ItemCells& cells) {
    return {std::min(cells.file.cells(), 2 * reach.probes), std::min(cells.file.rows.size(), 4 * reach.candidates)};
}

/// Whether more cells than usual are so many that all scores cost less.
bool goes_too_far(const Reach& reach, const ItemCells& cells) {
    constexpr std::int64_t fair_part = 4;
    return reach.probes > cells.probes && reach.probes > cells.file.cells() / fair_part;
}

/// The scores of a person for the items, the same bytes as if the model were asked for all.
std::vector<float> scores_for(std::span<const std::int32_t> chosen, const FactoredItems& items,
                              const FactoredPeople& person) {
    const auto count = std::ssize(chosen);
    DenseMatrix factors(count, items.factors.cols());
    std::vector<float> offsets(items.offsets.empty() ? 0 : chosen.size());
    for (std::size_t c = 0; c < chosen.size(); ++c) {
        factors.row(static_cast<Eigen::Index>(c)) = items.factors.row(chosen[c]);
        if (!offsets.empty()) offsets[c] = items.offsets[chosen[c]];
    }
    DenseMatrix scores(1, count);
    score_products(person, {{factors.data(), count, factors.cols()}, offsets}, scores);
    return {scores.data(), scores.data() + scores.size()};
}

template <typename Rows>
std::vector<std::int32_t> indices_of(const Rows& rows) {
    std::vector<std::int32_t> indices;
    indices.reserve(rows.size());
    for (const auto& row : rows) indices.push_back(row.index);
    return indices;
}

/// The best of the candidates.
std::vector<Scored<float>> scored(const Neighbors& candidates, const FactoredItems& items, const FactoredPeople& person,
                                  std::size_t count) {
    const std::vector<std::int32_t> indices = indices_of(candidates);
    const std::vector<float> scores = scores_for(indices, items, person);
    TopK<float> best(count);
    for (std::size_t c = 0; c < indices.size(); ++c) {
        if (std::isfinite(scores[c])) best.offer(indices[c], scores[c]);
    }
    return best.take();
}

}  // namespace

UsageError no_cells(std::string_view model) {
    std::string others;
    for (const ModelKind& kind : model_kinds()) {
        if (kind.factors) others += (others.empty() ? "" : ", ") + kind.name;
    }
    return UsageError("the scores of " + std::string(model) +
                      " are not products of vectors, so its items cannot have cells; models that can: " + others);
}

OrderedItems::OrderedItems(const FactoredItems& items, std::span<const float> order_offsets) : items_(items) {
    if (order_offsets.empty()) return;
    offsets_.assign(order_offsets.begin(), order_offsets.end());
    for (std::size_t i = 0; i < items.offsets.size(); ++i) offsets_[i] += items.offsets[i];
}

std::vector<float> scores_of_rows(std::span<const Scored<float>> rows, const FactoredItems& items,
                                  const FactoredPeople& people, Eigen::Index person) {
    return scores_for(indices_of(rows), items, one_of(people, person));
}

std::int64_t item_cells_width(const FactoredItems& items) {
    return items.factors.cols() + (items.offsets.empty() ? 0 : 1);
}

std::uint64_t item_cells_memory(std::int64_t items, std::int64_t factors) {
    const std::int64_t width = factors + 1;
    return static_cast<std::uint64_t>(items) * static_cast<std::uint64_t>(width) * sizeof(float) +
           inverted_file_memory(items, width, {});
}

NeighborFile write_item_cells(const Recommender& model, const CsrView& user_item, NeighborMethod method,
                              std::uint64_t seed, const MemoryBudget& memory, const StoreWriter& writer,
                              const Progress& progress) {
    const auto items = model.factored_items();
    if (!items && (method == NeighborMethod::automatic || method == NeighborMethod::exact)) return {};
    if (!items) throw no_cells(model.name());
    const NeighborMethod decided = decided_method(method, items->factors.rows(), item_cells_width(*items), memory);
    if (decided == NeighborMethod::exact) return {};
    memory.require(item_cells_memory(items->factors.rows(), items->factors.cols()), "cells of the items");
    const std::vector<float> offsets = choice_offsets(model, popularity_of(user_item));
    const auto measure = [&](const InvertedFileView& file) {
        return measured(file, model, user_item, offsets, progress);
    };
    const OrderedItems ordered(*items, offsets);
    return write_neighbor_file(item_rows(ordered.items()), Similarity::inner_product, decided, measure, seed, memory,
                               writer, progress);
}

bool HiddenItems::operator()(std::int32_t item) const {
    if (!allowed.empty() && allowed[item] == 0) return true;
    return std::binary_search(seen.begin(), seen.end(), item);
}

std::optional<std::vector<Scored<float>>> best_in_cells(const ItemCells& cells, const FactoredItems& items,
                                                        const FactoredPeople& people, Eigen::Index person,
                                                        const HiddenItems& hidden, std::size_t count) {
    const FactoredPeople own = one_of(people, person);
    const DenseMatrix query = queries_of(own.factors, cells.file.dimensions());
    const std::int64_t allowed = count_allowed(hidden, cells.file.total);
    const std::size_t wanted = count + hidden.seen.size();
    if (!query.allFinite() || allowed < static_cast<std::int64_t>(wanted)) return std::nullopt;
    for (Reach reach = first_reach(cells, allowed, wanted); !goes_too_far(reach, cells); reach = wider(reach, cells)) {
        Neighbors found = probed_candidates(cells.file, {query.data(), static_cast<std::size_t>(query.size())},
                                            reach.candidates, {.probes = reach.probes});
        std::erase_if(found, [&](const auto& entry) { return hidden(entry.index); });
        auto best = scored(found, items, own, count);
        if (best.size() == count) return best;
        if (reach.probes >= cells.file.cells() && reach.candidates >= cells.file.rows.size()) break;
    }
    return std::nullopt;
}

}  // namespace eckart::recsys
