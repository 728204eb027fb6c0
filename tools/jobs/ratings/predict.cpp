#include "tools/jobs/ratings/predict.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "corpora/ratings/open_ratings.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/serving/serving.h"

namespace eckart::jobs {
namespace {

/// The rows of one person, and where any of them is not the model's own, a note of the first.
void add_rows(const OpenModel& model, const Person& person, std::span<const std::int32_t> items, Predictions& all) {
    const auto predictions = recsys::predict(model.model(), person.profile.view(), items, model.store().popularity());
    for (std::size_t i = 0; i < items.size(); ++i) {
        CatalogEntry entry = model.entry(items[i]);
        std::string source = predictions[i].source;
        const bool mapped = model.store().item_source(items[i]) == recsys::ItemSource::attributes;
        if (source == "user" && mapped) source = "attributes";
        all.rows.push_back(
            {person.user, std::move(entry.id), std::move(entry.title), predictions[i].score, std::move(source)});
    }
}

void note_what_stands_in(const OpenModel& model, Predictions& all) {
    std::map<std::string, std::int64_t> sources;
    for (const PredictedRating& row : all.rows) ++sources[row.source];
    const recsys::Recommender* rater = model.model().rating_model();
    for (const auto& [source, count] : sources) {
        if (source == model.model().name() || (rater != nullptr && source == rater->name())) continue;
        const char* unknown = source == "item" ? "the person" : source == "user" ? "the item" : "person and item";
        all.notes.push_back(
            {"stands-in", fmt::format("{} of {} predictions {} by {}, since too little is known of {}", count,
                                      all.rows.size(), count == 1 ? "is" : "are", source, unknown)});
    }
}

/// Looks names up once, and keeps what is unknown of them.
class PairReader {
  public:
    PairReader(const OpenModel& model, Predictions& all) : model_(model), all_(all) {}

    bool known_user(const std::string& user) {
        if (model_.store().users().find(user)) return true;
        if (unknown_users_.insert(user).second) all_.unknown.push_back(fmt::format("there is no user \"{}\"", user));
        return false;
    }

    std::optional<std::int32_t> item(const std::string& name) {
        const auto [place, is_new] = items_.try_emplace(name);
        if (!is_new) return place->second;
        try {
            place->second = model_.item(name, all_.notes);
        } catch (const UnknownIdError& error) {
            all_.unknown.emplace_back(error.what());
        }
        return place->second;
    }

  private:
    const OpenModel& model_;
    Predictions& all_;
    std::set<std::string> unknown_users_;
    std::map<std::string, std::optional<std::int32_t>> items_;
};

}  // namespace

Predictions predict(const OpenModel& model, const Person& person, std::span<const std::string> items,
                    const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "predict");
    Predictions all;
    all.notes = person.notes;
    std::vector<std::int32_t> rows;
    for (const std::string& name : items) rows.push_back(model.item(name, all.notes));
    add_rows(model, person, rows, all);
    note_what_stands_in(model, all);
    return all;
}

std::vector<UserItem> read_pairs(const std::string& path) {
    corpora::RatingOptions options;
    options.columns = {.rating = "none", .time = "none"};
    const auto reader = corpora::open_ratings(path, options);
    std::vector<UserItem> pairs;
    for (corpora::Rating pair; reader->next(pair);) pairs.push_back({std::string(pair.user), std::string(pair.item)});
    return pairs;
}

Predictions predict_pairs(const OpenModel& model, std::span<const UserItem> pairs, const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "predict");
    Predictions all;
    PairReader reader(model, all);
    for (std::size_t begin = 0; begin < pairs.size();) {
        work.progress.report("predicting", begin, pairs.size());
        std::vector<std::int32_t> items;
        std::size_t end = begin;
        for (; end < pairs.size() && pairs[end].user == pairs[begin].user; ++end) {
            if (const auto item = reader.item(pairs[end].item)) items.push_back(*item);
        }
        if (reader.known_user(pairs[begin].user)) {
            add_rows(model, stored_person(model, pairs[begin].user), items, all);
        }
        begin = end;
    }
    work.progress.report("predicting", pairs.size(), pairs.size());
    note_what_stands_in(model, all);
    return all;
}

}  // namespace eckart::jobs
