#include "tools/jobs/ratings/recommend.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/interface/shown_items.h"
#include "recsys/serving/item_filter.h"
#include "recsys/serving/serving.h"
#include "tools/jobs/ratings/item_texts.h"

namespace eckart::jobs {
namespace {

/// Users that are scored before their rankings are handed over.
constexpr std::int64_t users_a_block = 512;

/// What may be shown to anybody, decided once for all people. Borrows the model.
class Ranker {
  public:
    Ranker(const OpenModel& model, const RecommendOptions& given);

    std::vector<Recommendations> rank(std::span<const Person> people) const;

    /// Which items the names of candidates were taken for.
    const Notes& notes() const { return notes_; }

  private:
    void choose_allowed(const RecommendOptions& given);
    void allow_new_items();
    std::string source_of(const recsys::Recommendations& ranking, std::int32_t item) const;
    Recommendations shown(const Person& person, const recsys::Recommendations& ranking) const;
    Recommendation row(const Person& person, const recsys::Recommendations& ranking, std::size_t at) const;

    const OpenModel& model_;
    Notes notes_;
    std::vector<std::uint8_t> allowed_;
    std::vector<std::int32_t> candidates_;
    std::optional<recsys::ItemCells> cells_;
    std::vector<float> order_offsets_;
    recsys::RecommendOptions options_;  ///< borrows from the other members
    bool reasons_;
};

/// One an item: 1 where the filter keeps it.
std::vector<std::uint8_t> kept(const Catalog& items, const recsys::ItemFilter& filter) {
    std::vector<std::uint8_t> keep;
    std::set<std::string> categories;
    for (std::int64_t row = 0; row < items.size(); ++row) {
        const recsys::ItemTraits traits = item_traits(items.entry(row).attributes);
        categories.insert(traits.categories.begin(), traits.categories.end());
        keep.push_back(filter.keeps(traits) ? 1 : 0);
    }
    filter.check_categories({categories.begin(), categories.end()});
    return keep;
}

/// The cells to look into, if any. Throws UsageError where they are asked for and there are none.
std::optional<recsys::ItemCells> cells_of(const recsys::ModelStore& store, const RecommendOptions& given) {
    if (given.neighbors == NeighborMethod::exact) return std::nullopt;
    if (given.candidates && given.neighbors == NeighborMethod::ivf) {
        throw UsageError("candidates are all scored: neighbors ivf does not go with them");
    }
    if (given.by_rating && store.model().scale()) {
        if (given.neighbors == NeighborMethod::automatic) return std::nullopt;
        throw UsageError("neighbors: cells are of items as they are usually ordered, not by rating: all are scored");
    }
    auto cells = store.item_cells();
    if (cells || given.neighbors == NeighborMethod::automatic) return cells;
    if (!store.model().factored_items()) throw recsys::no_cells(store.model().name());
    throw UsageError("neighbors: the model has no cells of its items; make them with eckart train --cells ivf");
}

Ranker::Ranker(const OpenModel& model, const RecommendOptions& given)
    : model_(model), cells_(cells_of(model.store(), given)), reasons_(given.reasons) {
    choose_allowed(given);
    options_.count = given.count;
    options_.exclude_seen = !given.include_seen;
    options_.allowed = allowed_;
    if (given.candidates) options_.candidates = candidates_;
    options_.diversity = given.diversity;
    options_.popularity = model.store().popularity();
    if (!given.by_rating) order_offsets_ = model.store().order_offsets();
    options_.order_offsets = order_offsets_;
    options_.cells = cells_ ? &*cells_ : nullptr;
}

void Ranker::choose_allowed(const RecommendOptions& given) {
    const recsys::ModelStore& store = model_.store();
    const recsys::ItemFilter filter(given.only, given.without);
    const std::int64_t usual = given.candidates ? 0 : recsys::usual_least_ratings(store.model(), store.users().size());
    allowed_ = recsys::rated_often(store.popularity(), given.least_ratings.value_or(usual));
    if (!given.least_ratings) allow_new_items();
    if (!filter.empty()) {
        const std::vector<std::uint8_t> keep = kept(store.items(), filter);
        allowed_.resize(keep.size(), 1);
        for (std::size_t item = 0; item < keep.size(); ++item) allowed_[item] &= keep[item];
    }
    if (!given.candidates) return;
    for (const std::string& name : *given.candidates) candidates_.push_back(model_.item(name, notes_));
}

/// Items that nobody rated are shown where their attributes say something of them.
void Ranker::allow_new_items() {
    for (std::size_t item = 0; item < allowed_.size(); ++item) {
        if (model_.store().is_new(static_cast<std::int32_t>(item))) allowed_[item] = 1;
    }
}

std::vector<Recommendations> Ranker::rank(std::span<const Person> people) const {
    std::vector<recsys::Profile> profiles;
    std::vector<std::span<const std::int32_t>> seen;
    for (const Person& person : people) {
        profiles.push_back(person.profile.view());
        seen.push_back(person.seen());
    }
    const auto rankings = recsys::recommend(model_.model(), profiles, seen, options_);
    std::vector<Recommendations> answers;
    for (std::size_t p = 0; p < people.size(); ++p) answers.push_back(shown(people[p], rankings[p]));
    return answers;
}

Recommendations Ranker::shown(const Person& person, const recsys::Recommendations& ranking) const {
    Recommendations answer{.user = person.user, .source = ranking.source, .items = {}, .notes = person.notes};
    answer.notes.insert(answer.notes.end(), notes_.begin(), notes_.end());
    if (ranking.top.empty()) {
        answer.notes.push_back({"nothing-to-recommend", "there is no item left to recommend"});
    } else if (auto note = recsys::score_note(model_.model(), ranking)) {
        answer.notes.push_back(std::move(*note));
    } else if (!order_offsets_.empty()) {
        answer.notes.push_back({"ordered-by-choice",
                                "ordered by predicted rating and by how many people rated the "
                                "item; --by rating orders by predicted rating alone"});
    }
    for (std::size_t at = 0; at < ranking.top.size(); ++at) answer.items.push_back(row(person, ranking, at));
    return answer;
}

std::string Ranker::source_of(const recsys::Recommendations& ranking, std::int32_t item) const {
    const auto source = model_.store().item_source(item);
    if (!source || ranking.source != model_.model().name()) return ranking.source;
    return std::string(recsys::name(*source));
}

Recommendation Ranker::row(const Person& person, const recsys::Recommendations& ranking, std::size_t at) const {
    const auto& [item, score] = ranking.top[at];
    CatalogEntry entry = model_.entry(item);
    Recommendation row{.row = item,
                       .item = std::move(entry.id),
                       .title = std::move(entry.title),
                       .categories = item_traits(entry.attributes).categories,
                       .score = recsys::shown_score(score, model_.model(), ranking.source),
                       .source = source_of(ranking, item)};
    if (reasons_ && recsys::is_explained(ranking, model_.model())) {
        recsys::RecommendOptions options = options_;
        options.seen = person.seen();
        row.reason = recsys::reason_of(model_.model(), person.profile.view(), item, options);
    }
    return row;
}

/// Rows of the users, and which ids are none.
std::vector<std::int64_t> rows_of(const Catalog& users, const std::optional<std::vector<std::string>>& ids,
                                  std::vector<std::string>& unknown) {
    std::vector<std::int64_t> rows;
    if (!ids) {
        for (std::int64_t row = 0; row < users.size(); ++row) rows.push_back(row);
        return rows;
    }
    for (const std::string& id : *ids) {
        if (const auto row = users.find(id)) {
            rows.push_back(*row);
        } else {
            unknown.push_back(id);
        }
    }
    return rows;
}

}  // namespace

std::vector<Recommendations> recommend(const OpenModel& model, std::span<const Person> people,
                                       const RecommendOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "recommend");
    return Ranker(model, options).rank(people);
}

UsersServed recommend_to_users(const OpenModel& model, const std::optional<std::vector<std::string>>& users,
                               const RecommendOptions& options, const Work& work,
                               const std::function<void(const Recommendations&)>& take) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "recommend");
    const Ranker ranker(model, options);
    const recsys::ModelStore& store = model.store();
    UsersServed served;
    served.notes = ranker.notes();
    const std::vector<std::int64_t> rows = rows_of(store.users(), users, served.unknown);
    const auto all = static_cast<std::int64_t>(rows.size());
    for (std::int64_t begin = 0; begin < all; begin += users_a_block) {
        work.progress.report("recommending", static_cast<std::uint64_t>(begin), rows.size());
        std::vector<Person> people;
        for (std::int64_t u = begin; u < std::min(all, begin + users_a_block); ++u) {
            const std::int64_t row = rows[u];
            people.push_back({.user = store.users().entry(row).id, .profile = store.profile(row)});
        }
        for (const Recommendations& answer : ranker.rank(people)) take(answer);
    }
    work.progress.report("recommending", rows.size(), rows.size());
    served.served = all;
    return served;
}

}  // namespace eckart::jobs
