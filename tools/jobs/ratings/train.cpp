#include "tools/jobs/ratings/train.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/attributes/attributed_items.h"
#include "recsys/interface/shown_items.h"
#include "recsys/models/models.h"
#include "recsys/serving/model_store.h"
#include "tools/jobs/ratings/item_attributes.h"
#include "tools/jobs/ratings/item_texts.h"
#include "tools/jobs/ratings/training.h"

namespace eckart::jobs {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::minutes between_checkpoints(1);

/// Throws UsageError where cells are asked for that the model cannot have, MemoryError where they would not fit.
void check_cells(const TrainOptions& options, const TrainingPlan& plan, const recsys::Ratings& ratings,
                 const CsrView& fitted, const Work& work) {
    if (options.cells != NeighborMethod::ivf) return;
    if (!plan.kind->factors) throw recsys::no_cells(plan.kind->name);
    const std::int64_t factors = plan.kind->factors(plan.options);
    work.require_memory(ratings_memory(ratings, fitted) + recsys::item_cells_memory(fitted.cols, factors),
                        "cells of the items");
}

/// The model to go on from.
recsys::ModelStore start_of(const std::string& path, const recsys::Ratings& ratings) {
    recsys::ModelStore start = recsys::ModelStore::open(path);
    const Catalog& items = start.items();
    bool same = items.size() == static_cast<std::int64_t>(ratings.items.size());
    for (std::size_t i = 0; same && i < ratings.items.size(); ++i) {
        same = items.entry(static_cast<std::int64_t>(i)).id == ratings.items[i];
    }
    if (same) return start;
    throw UsageError(fmt::format("resume: {} was trained on other items ({}) than these ratings have ({}); train anew",
                                 path, items.size(), ratings.items.size()));
}

/// The options of `start` and what it took for likes hold where none is given.
TrainingPlan plan_from(const recsys::ModelStore& start, const std::string& path, const TrainOptions& given) {
    const std::string name(start.model().name());
    if (!given.model.empty() && given.model.substr(0, given.model.find(':')) != name) {
        throw UsageError("resume: found the model " + given.model + ", but " + path + " is " + name);
    }
    ModelOptions options(start.info().options.begin(), start.info().options.end());
    for (const auto& [option, value] : given.options) options[option] = value;
    TrainingPlan plan = training_plan(given.model.empty() ? name : given.model, options, given.positive);
    if (!plan.positive) plan.positive = start.info().positive;
    return plan;
}

/// What is trained on what.
struct Training {
    recsys::Ratings ratings;
    std::optional<ItemAttributes> attributes;  ///< nothing: none were given, or the model cannot use them
    ItemTexts items;
    std::optional<recsys::ModelStore> start;  ///< to go on from
    TrainingPlan plan;
    std::optional<CsrMatrix> likes;  ///< nothing: the model is fitted to all ratings

    CsrView fitted() const { return likes ? likes->view() : ratings.user_item.view(); }
};

/// The kind of model that will be fitted.
const recsys::ModelKind& kind_of(const std::string& path, const TrainOptions& options) {
    if (options.resume) return recsys::model_kind(recsys::ModelStore::open(path).model().name());
    return *training_plan(options.model, options.options, options.positive).kind;
}

/// Whether attributes are given and of use. Throws UsageError where an index is given to a model that cannot use it.
bool uses_attributes(const recsys::ModelKind& kind, const TrainOptions& options, Notes& notes) {
    if (options.items.empty() && options.texts.empty()) return false;
    if (kind.takes_attributes) return true;
    const UsageError cannot = recsys::maps_no_attributes(kind.name);
    if (!options.texts.empty()) throw cannot;
    notes.push_back(
        {"attributes-not-used", fmt::format("only titles, years and categories are kept: {}", cannot.what())});
    return false;
}

Training read_training(const RatingsSource& source, const std::string& path, const TrainOptions& options,
                       const Work& work) {
    // What is wrong with the options is said before anything is read.
    if (!options.resume) static_cast<void>(training_plan(options.model, options.options, options.positive));
    recsys::Ratings ratings = read_ratings(source, work);
    Notes notes;
    std::optional<ItemAttributes> attributes;
    if (uses_attributes(kind_of(path, options), options, notes)) {
        attributes = item_attributes(options.items, options.texts, ratings);
    }
    ItemTexts items = item_texts(options.items.empty() ? "" : options.items.front(), source, ratings);
    items.notes.insert(items.notes.end(), notes.begin(), notes.end());
    std::optional<recsys::ModelStore> start;
    if (options.resume) start = start_of(path, ratings);
    TrainingPlan plan =
        start ? plan_from(*start, path, options) : training_plan(options.model, options.options, options.positive);
    std::optional<CsrMatrix> likes = likes_among(ratings, plan);
    return {std::move(ratings), std::move(attributes), std::move(items),
            std::move(start),   std::move(plan),       std::move(likes)};
}

/// Memory for the fit. Throws MemoryError where it would not fit.
MemoryBudget memory_for(const Training& training, const TrainOptions& options, const Work& work) {
    const TrainingPlan& plan = training.plan;
    const std::string what = "training " + plan.kind->name;
    if (!plan.kind->approximates) {
        work.require_memory(training_memory(training.ratings, training.fitted(), plan), what);
    }
    const MemoryBudget memory = work.memory_beside(ratings_memory(training.ratings, training.fitted()), what);
    check_cells(options, plan, training.ratings, training.fitted(), work);
    return memory;
}

/// What may surprise in how ratings were taken.
void add_notes(const recsys::Ratings& ratings, const TrainingPlan& plan, std::int64_t fitted, Notes& notes) {
    const auto all = ratings.user_item.nonzeros();
    if (ratings.duplicates > 0) {
        notes.push_back(
            {"duplicates", fmt::format("{} {} replaced by a later one of the same user and item", ratings.duplicates,
                                       ratings.duplicates == 1 ? "rating was" : "ratings were")});
    }
    if (!plan.kind->of_likes) return;
    if (plan.positive) {
        notes.push_back(
            {"likes", fmt::format("{} of {} ratings are likes, of {} or more", fitted, all, *plan.positive)});
        return;
    }
    const auto& values = ratings.user_item.values;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (*low == *high) return;
    notes.push_back(
        {"all-are-likes", fmt::format("{} counts all ratings as likes, those of {} too; use --positive X to "
                                      "count only ratings of X and more",
                                      plan.kind->name, *low)});
}

recsys::Checkpoints checkpoints(std::function<void(const recsys::Recommender&)> keep) {
    return {.due =
                [last = Clock::now()]() mutable {
                    if (Clock::now() - last < between_checkpoints) return false;
                    last = Clock::now();
                    return true;
                },
            .keep = std::move(keep)};
}

/// Writes the model of a training into a store.
class Saver {
  public:
    Saver(const Training& training, const RatingsSource& source, const std::string& path,
          const recsys::ItemCellsOptions& cells, std::uint64_t seed)
        : training_(training),
          path_(path),
          info_{.options = training.plan.options.all(),
                .seed = seed,
                .positive = training.plan.positive,
                .fields = nlohmann::ordered_json{{"sources", source.sources}}.dump()},
          cells_(cells) {}

    NeighborFile save(const recsys::Recommender& model, const Progress& progress) const {
        return recsys::save_model(path_, training_.ratings, training_.items.texts, model, info_, progress, cells_);
    }

  private:
    const Training& training_;
    const std::string& path_;
    recsys::ModelInfo info_;
    recsys::ItemCellsOptions cells_;
};

/// What is known before the fit.
TrainResult result_of(const Training& training) {
    TrainResult result;
    result.model = training.plan.kind->name;
    result.reason = training.plan.reason;
    result.options = training.plan.options.all();
    result.positive = training.plan.positive;
    result.users = static_cast<std::int64_t>(training.ratings.users.size());
    result.items = static_cast<std::int64_t>(training.ratings.items.size());
    result.ratings = training.ratings.user_item.nonzeros();
    result.duplicates = training.ratings.duplicates;
    result.fitted = training.fitted().nonzeros();
    result.notes = training.items.notes;
    add_notes(training.ratings, training.plan, result.fitted, result.notes);
    return result;
}

/// Gives new items factors in the model that was fitted.
void learn_attributes(Training& training, const Progress& progress, recsys::Fitted& fitted, TrainResult& result) {
    const recsys::AttributeMatrix& matrix = training.attributes->matrix;
    const std::vector<float> popularity = recsys::popularity_of(training.fitted());
    if (!recsys::teach(popularity, matrix.values)) {
        result.notes.push_back({"attributes-not-used",
                                "no attribute is shared by two rated items: only titles, years "
                                "and categories are kept"});
        return;
    }
    recsys::AttributedItems items =
        recsys::attributed_items(*fitted.model, popularity, matrix.values, ridge_fit(), progress);
    fitted.model = std::move(items.model);
    training.items.texts.resize(items.sources.size());
    for (std::size_t i = 0; i < items.sources.size(); ++i) training.items.texts[i].source = items.sources[i];
    result.attributes = LearnedAttributes{.columns = training.attributes->columns,
                                          .attributes = static_cast<std::int64_t>(matrix.names.size()),
                                          .lambda = items.lambda,
                                          .explained = items.explained,
                                          .new_items = items.cold,
                                          .mixed_items = items.mixed};
    const Notes& notes = training.attributes->notes;
    result.notes.insert(result.notes.end(), notes.begin(), notes.end());
}

}  // namespace

TrainResult train(const RatingsSource& source, const std::string& path, const TrainOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "train");
    const Clock::time_point begin = Clock::now();
    const bool was_model = std::filesystem::exists(std::filesystem::path(path) / "CURRENT");
    Training training = read_training(source, path, options, work);
    const MemoryBudget memory = memory_for(training, options, work);
    const Saver saver(training, source, path, {.method = options.cells, .memory = memory}, work.seed);
    TrainResult result = result_of(training);

    recsys::FitContext context = {.progress = work.progress, .memory = memory, .seed = work.seed};
    if (training.start) context.start = &training.start->model();
    // An unfinished fit is kept where nothing is lost by it: in an empty place, or over what it went on from.
    const bool keeps_unfinished = !was_model || options.resume;
    if (keeps_unfinished) context.checkpoints = checkpoints([&](const auto& model) { saver.save(model, Progress()); });
    recsys::Fitted fitted = training.plan.kind->fit(training.fitted(), training.plan.options, context);
    if (fitted.report.interrupted && !keeps_unfinished) throw InterruptedError();
    if (training.attributes) learn_attributes(training, work.progress, fitted, result);
    result.cells = saver.save(*fitted.model, fitted.report.interrupted ? Progress() : work.progress).note;
    result.report = std::move(fitted.report);
    result.figures = fitted.model->figures();
    result.notes.insert(result.notes.end(), result.report.notes.begin(), result.report.notes.end());
    result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return result;
}

}  // namespace eckart::jobs
