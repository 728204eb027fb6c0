#include "tools/jobs/ratings/tune.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/evaluation/evaluation.h"
#include "tools/jobs/ratings/tune_journal.h"

namespace eckart::jobs {
namespace {

using Clock = std::chrono::steady_clock;

/// The model, without options of its own.
const recsys::ModelKind& searched_model(const TuneOptions& given) {
    const std::vector<NamedModel> models = named_models(given.model, given.fixed);
    const NamedModel& model = models.front();
    if (models.size() == 1 && model.label == model.kind->name) return *model.kind;
    throw UsageError("model: tune takes one model, its options by their own names");
}

/// The measure called `name`, or if that is empty the one that fits the protocol and the model.
recsys::Measure deciding_measure(std::string name, const std::string& protocol, const recsys::ModelKind& kind) {
    if (name.empty() && protocol == "strong") name = "ndcg@100";
    if (name.empty() && protocol == "lists") name = "ndcg@20";
    if (name.empty()) name = kind.of_likes || protocol == "leave-one-out" ? "ndcg@10" : "rmse";
    const auto measures = recsys::parse_measures(name);
    if (measures.size() != 1) throw UsageError("metric: found \"" + name + "\", expected one measure");
    const bool of_ratings = name == "rmse" || name == "mae";
    if (of_ratings && kind.of_likes) throw UsageError("metric " + name + ": " + kind.name + " predicts no ratings");
    return measures[0];
}

bool lower_is_better(const recsys::Measure& measure) {
    return measure.kind == recsys::MeasureKind::rmse || measure.kind == recsys::MeasureKind::mae ||
           measure.kind == recsys::MeasureKind::gini;
}

/// Training and validation data.
recsys::Split tuning_split(const RatingsSource& source, const TuneOptions& given, const Work& work) {
    recsys::Ratings ratings = read_ratings(source, work);
    const bool strong = protocol_of(given.protocol) == "strong";
    if (strong && given.positive) ratings.user_item = recsys::entries_from(ratings.user_item, *given.positive);
    if (given.whole || strong) return validation_split(given.protocol, ratings.user_item, ratings.moments(), work.seed);
    const recsys::Split outer = training_split(given.protocol, ratings.user_item, ratings.moments(), work.seed);
    return validation_split(given.protocol, outer.train, outer.train_times, work.seed);
}

std::vector<std::size_t> best_first(const std::vector<recsys::Trial>& trials, bool lowest) {
    const auto key = [&](std::size_t t) {
        if (!trials[t].value) return std::numeric_limits<double>::infinity();
        return lowest ? *trials[t].value : -*trials[t].value;
    };
    std::vector<std::size_t> order(trials.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
    return order;
}

/// Fits and measures options of one model on one split.
class Trier {
  public:
    Trier(const recsys::ModelKind& kind, const recsys::Measure& measure, const recsys::Split& split,
          std::optional<float> positive, const Work& work)
        : kind_(kind),
          split_(split),
          options_{.measures = {measure},
                   .positive = positive.value_or(-std::numeric_limits<float>::infinity()),
                   .progress = work.progress},
          context_{.progress = work.progress, .memory = work.memory, .seed = work.seed} {}

    /// A fit that fails for a fault of its options is a trial without a value, and noted.
    recsys::Trial tried(const ModelOptions& chosen, Notes& notes) const {
        const Clock::time_point start = Clock::now();
        recsys::Trial trial{chosen, {}, 0};
        try {
            trial.value = value_of(recsys::OptionValues(kind_.options, chosen));
            if (!trial.value) notes.push_back(failed(chosen, "no person of the validation data could be measured"));
        } catch (const InterruptedError&) {
            throw;
        } catch (const Error& error) {
            notes.push_back(failed(chosen, error.what()));
        }
        trial.seconds = std::chrono::duration<double>(Clock::now() - start).count();
        return trial;
    }

  private:
    Note failed(const ModelOptions& chosen, const std::string& why) const {
        std::string words;
        for (const auto& [name, value] : chosen) words.append(" ").append(name).append("=").append(value);
        return {"trial-failed", kind_.name + words + ": " + why};
    }

    std::optional<double> value_of(const recsys::OptionValues& values) const {
        const recsys::Fitted fitted = recsys::fit_to(split_, kind_, values, options_.positive, context_);
        const auto measured = recsys::evaluate(*fitted.model, split_, options_).summary(0, context_.seed);
        if (!measured || measured->n == 0) return {};
        return measured->value;
    }

    const recsys::ModelKind& kind_;
    const recsys::Split& split_;
    recsys::EvaluationOptions options_;
    recsys::FitContext context_;
};

bool is_spent(const TuneBudget& budget, std::size_t trials, Clock::duration time) {
    return budget.trials ? trials >= *budget.trials : time >= budget.time;
}

}  // namespace

std::optional<ModelOptions> TuneResult::best() const {
    if (best_first.empty() || !trials[best_first.front()].value) return {};
    return trials[best_first.front()].options;
}

TuneResult tune(const RatingsSource& source, const TuneOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    const recsys::ModelKind& kind = searched_model(options);
    const std::string protocol = protocol_of(options.protocol);
    if (protocol == "ncf") {
        throw UsageError("protocol: tune draws its own candidates; use leave-one-out with candidates, not ncf");
    }
    const recsys::Measure measure = deciding_measure(options.metric, protocol, kind);
    const bool lowest = lower_is_better(measure);
    recsys::OptionSearch search(kind, {options.fixed, lowest, work.seed});
    if (!search.any_range()) throw UsageError(kind.name + " has no option left to search");
    const recsys::Split split = tuning_split(source, options, work);
    const TuneJournal journal(options.journal,
                              {.model = kind.name,
                               .metric = measure.name(),
                               .protocol = protocol,
                               .seed = work.seed,
                               .fixed = options.fixed,
                               .split = split},
                              options.resume, search);

    const Trier trier(kind, measure, split, options.positive, work);
    TuneResult result{.trials = {}, .best_first = {}, .metric = measure.name()};
    const auto take_trials = [&] {
        result.trials = search.trials();
        result.best_first = best_first(result.trials, lowest);
    };
    const Clock::time_point start = Clock::now();
    try {
        while (!is_spent(options.budget, search.trials().size(), Clock::now() - start)) {
            search.add(trier.tried(search.next(), result.notes));
            journal.add(search.trials().back());
            take_trials();
            if (options.after_trial) options.after_trial(result);
        }
    } catch (const InterruptedError&) {
        result.interrupted = true;
    }
    take_trials();
    for (const recsys::EdgeOption& option : search.at_the_edge()) {
        result.notes.push_back(
            {"best-at-edge", fmt::format("the best {} found, {}, is at the edge of what is searched, {} "
                                         "to {}; better values may lie beyond: try some with evaluate",
                                         option.name, option.value, option.least, option.most)});
    }
    if (!result.best() && !result.interrupted) throw UsageError("no trial of " + kind.name + " gave a value");
    return result;
}

}  // namespace eckart::jobs
