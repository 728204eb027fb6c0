#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "tools/jobs/item_texts.h"
#include "tools/jobs/training.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

struct TrainArguments {
    RatingsArguments ratings;
    ModelArguments options;
    std::string model;
    std::string items;
    std::string output;
    std::string cells = "auto";
    bool resume = false;
};

void declare(Arguments& arguments, TrainArguments& given) {
    declare_ratings_arguments(arguments, given.ratings);
    arguments.option(given.output, "-o,--output", "MODEL",
                     "folder to write; a model that is there is replaced when all is done", true);
    arguments.option(given.model, "--model", "NAME",
                     "one of those below, also with options: als:factors=32. Not given: als if ratings differ, "
                     "otherwise ease, or implicit-als for more than 20,000 items");
    arguments.offer(model_names());
    arguments.option(given.items, "--items", "FILE",
                     "titles, years and categories of the items; not given: the movies file beside the ratings");
    arguments.flag(given.resume, "--resume",
                   "go on from the model that is at MODEL, with its options where none is given");
    arguments.choice(given.cells, "--cells", {"auto", "none", "ivf"},
                     "ivf: put the items into the cells of an inverted file, of which recommend looks into few; auto: "
                     "where their vectors take 256 MB or more");
    declare_model_arguments(arguments, given.options);
}

/// How the items are to be found, by the word of --cells.
NeighborMethod cells_method(const std::string& word) {
    return word == "none" ? NeighborMethod::exact : parse_neighbor_method(word);
}

/// Throws UsageError where cells are asked for that the model cannot have, MemoryError where they would not fit.
void check_cells(const Session& session, const TrainArguments& given, const TrainingPlan& plan,
                 const recsys::Ratings& ratings, const CsrView& fitted) {
    if (given.cells != "ivf") return;
    if (!plan.kind->factors) throw recsys::no_cells(plan.kind->name);
    const std::int64_t factors = plan.kind->factors(plan.options);
    session.require_memory(ratings_memory(ratings, fitted) + recsys::item_cells_memory(fitted.cols, factors),
                           "cells of the items");
}

bool is_model(const std::string& path) {
    return std::filesystem::exists(std::filesystem::path(path) / "CURRENT");
}

/// The model to go on from. Its options and what it took for likes hold where the command line gives none.
std::optional<recsys::ModelStore> start_of(const TrainArguments& given, const recsys::Ratings& ratings) {
    if (!given.resume) return {};
    std::optional<recsys::ModelStore> start = recsys::ModelStore::open(given.output);
    const Catalog& items = start->items();
    bool same = items.size() == static_cast<std::int64_t>(ratings.items.size());
    for (std::size_t i = 0; same && i < ratings.items.size(); ++i) {
        same = items.entry(static_cast<std::int64_t>(i)).id == ratings.items[i];
    }
    if (!same) {
        throw UsageError(fmt::format("--resume: the ratings have {} items and {} has {}, or others; train without it",
                                     ratings.items.size(), given.output, items.size()));
    }
    return start;
}

TrainingPlan plan_of(const TrainArguments& given, const recsys::Ratings& ratings, const recsys::ModelStore* start) {
    if (!start) return training_plan(given.model, given.options.given(), given.ratings, ratings);
    const std::string name(start->model().name());
    if (!given.model.empty() && given.model.substr(0, given.model.find(':')) != name) {
        throw UsageError("--resume: found --model " + given.model + ", but " + given.output + " is " + name);
    }
    ModelOptions options;
    for (const auto& [option, value] : start->info().options) options[option] = value;
    for (const auto& [option, value] : given.options.given()) options[option] = value;
    TrainingPlan plan = training_plan(given.model.empty() ? name : given.model, options, given.ratings, ratings);
    if (!plan.positive) plan.positive = start->info().positive;
    return plan;
}

Json summary_object(const recsys::Ratings& ratings, const recsys::Recommender& model, double seconds,
                    const TrainingPlan& plan, std::int64_t fitted) {
    Json object = {{"model", model.name()},
                   {"users", ratings.users.size()},
                   {"items", ratings.items.size()},
                   {"ratings", ratings.user_item.nonzeros()},
                   {"seconds", seconds},
                   {"duplicates", ratings.duplicates},
                   {"fitted", fitted},
                   {"positive", plan.positive ? Json(*plan.positive) : Json(nullptr)},
                   {"options", plan.options.all()},
                   {"peak_memory", peak_memory()}};
    object["figures"] = Json::parse(recsys::json_of(model.figures()));
    return object;
}

/// "sweeps 15, loss 0.61": the figures that are not 0 and not given as options.
std::string figures_text(const recsys::FitReport& report, const TrainingPlan& plan) {
    std::string text;
    for (const recsys::NamedNumber& figure : report.figures) {
        if (!std::isfinite(figure.value) || figure.value == 0) continue;
        if (plan.options.all().contains(figure.name) && figure.name != "sweeps" && figure.name != "epochs") continue;
        std::string words = figure.name;
        std::replace(words.begin(), words.end(), '_', ' ');
        text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", words, figure.value);
    }
    return text;
}

void print(Session& session, const std::string& path, const TrainingPlan& plan, const recsys::FitReport& report,
           const Json& summary) {
    session.out.line(fmt::format("{}: {}{}, {} users, {} items, {} ratings", path, summary["model"].get<std::string>(),
                                 plan.reason.empty() ? "" : " (" + plan.reason + ")",
                                 summary["users"].get<std::int64_t>(), summary["items"].get<std::int64_t>(),
                                 summary["ratings"].get<std::int64_t>()));
    const std::string figures = figures_text(report, plan);
    if (!figures.empty()) session.out.line(figures);
    const std::string cells = summary["neighbors"];
    if (!cells.empty()) session.out.line("items: " + cells);
    session.out.line(fmt::format("{:.2f} seconds, peak memory {}", summary["seconds"].get<double>(),
                                 readable_bytes(summary["peak_memory"].get<std::uint64_t>())));
}

void note_oddities(Session& session, const recsys::Ratings& ratings, const TrainingPlan& plan, std::int64_t fitted) {
    if (ratings.duplicates > 0) {
        session.note(
            fmt::format("{} ratings were replaced by a later one of the same user and item", ratings.duplicates));
    }
    if (!plan.kind->of_likes) return;
    if (plan.positive) {
        session.note(fmt::format("{} of {} ratings are likes, of {} or more", fitted, ratings.user_item.nonzeros(),
                                 *plan.positive));
        return;
    }
    const auto& values = ratings.user_item.values;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    if (*low == *high) return;
    session.note(fmt::format("{} takes every rating for a like, those of {} too; --positive X takes those of X or more",
                             plan.kind->name, *low));
}

/// Once a minute.
recsys::Checkpoints checkpoints(std::function<void(const recsys::Recommender&)> keep) {
    using Clock = std::chrono::steady_clock;
    return {.due =
                [last = Clock::now()]() mutable {
                    if (Clock::now() - last < std::chrono::minutes(1)) return false;
                    last = Clock::now();
                    return true;
                },
            .keep = std::move(keep)};
}

void run(Session& session, const TrainArguments& given) {
    session.require_memory(0, "train");
    const auto begin = std::chrono::steady_clock::now();
    const bool was_model = is_model(given.output);
    const recsys::Ratings ratings = read_ratings(given.ratings, session);
    const auto texts = item_texts(given.items, given.ratings, ratings, session);
    const auto start = start_of(given, ratings);
    const TrainingPlan plan = plan_of(given, ratings, start ? &*start : nullptr);
    const std::optional<CsrMatrix> likes = likes_among(ratings, plan);
    const CsrView fitted = likes ? *likes : ratings.user_item;
    const std::string work = "training " + plan.kind->name;
    if (!plan.kind->approximates) session.require_memory(training_memory(ratings, fitted, plan), work);
    const MemoryBudget memory = session.memory_beside(ratings_memory(ratings, fitted), work);
    check_cells(session, given, plan, ratings, fitted);
    note_oddities(session, ratings, plan, fitted.nonzeros());

    const auto seed = static_cast<std::uint64_t>(session.common.seed);
    const Json about = {{"sources", given.ratings.sources}};
    const recsys::ModelInfo info = {
        .options = plan.options.all(), .seed = seed, .positive = plan.positive, .fields = about.dump()};
    const auto save = [&](const recsys::Recommender& model, const Progress& progress) {
        return recsys::save_model(given.output, ratings, texts, model, info, progress,
                                  {.method = cells_method(given.cells), .memory = memory});
    };
    // An unfinished fit is kept where nothing is lost by it: in an empty place, or over what it went on from.
    const bool keeps_unfinished = !was_model || given.resume;
    const auto [model, report] = plan.kind->fit(
        fitted, plan.options,
        {.progress = session.progress(),
         .memory = memory,
         .seed = seed,
         .start = start ? &start->model() : nullptr,
         .checkpoints = keeps_unfinished ? checkpoints([&](const auto& unfinished) { save(unfinished, Progress()); })
                                         : recsys::Checkpoints()});
    for (const Note& note : report.notes) session.note(note.text);
    if (report.interrupted && !keeps_unfinished) throw InterruptedError();
    const NeighborFile cells = save(*model, report.interrupted ? Progress() : session.progress());
    if (report.interrupted) {
        throw Error(ErrorKind::interrupted, "interrupted; " + given.output +
                                                " holds what was learned so far, and train --resume goes on from it");
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    Json summary = summary_object(ratings, *model, seconds.count(), plan, fitted.nonzeros());
    summary["neighbors"] = cells.note;
    if (session.common.json) return session.out.object(summary);
    print(session, given.output, plan, report, summary);
}

}  // namespace

Command train_command() {
    auto given = std::make_shared<TrainArguments>();
    std::string notes = "Models:\n";
    for (const auto& kind : recsys::model_kinds()) notes += fmt::format("  {:<14} {}\n", kind.name, kind.summary);
    return {.name = "train",
            .summary = "Fits a recommender to ratings",
            .examples = {"eckart train ml-latest-small -o films.model",
                         "eckart train plays.csv -o songs.model --model ease --columns user=listener,item=song"},
            .notes = notes +
                     "Of several ratings of an item by one user the last by time counts. Ctrl-C keeps the last whole "
                     "sweep if\nthere was no model at MODEL, and the old model if there was one. mult-dae and mult-vae "
                     "keep the network\nthat was best so far, and put it at MODEL once a minute, from where --resume "
                     "goes on.",
            .declare = [given](Arguments& arguments) { declare(arguments, *given); },
            .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
