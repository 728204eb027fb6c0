#include "tools/jobs/tune_search.h"

#include <fmt/format.h>

#include <chrono>

#include "engine/support/error.h"

namespace eckart::tools {
namespace {

using Clock = std::chrono::steady_clock;

/// One fit, measured. A fit that fails for a fault of its options is a trial without a value.
recsys::Trial tried(Session& session, const TuneSubject& subject, const std::map<std::string, std::string>& chosen) {
    const Clock::time_point start = Clock::now();
    recsys::Trial trial{chosen, {}, 0};
    recsys::FitContext context;
    context.progress = session.progress();
    context.memory = session.memory;
    context.seed = static_cast<std::uint64_t>(session.common.seed);
    const recsys::EvaluationOptions options{
        .measures = {subject.measure}, .positive = subject.positive, .progress = context.progress};
    try {
        const recsys::OptionValues values(subject.kind->options, chosen);
        const auto fitted = recsys::fit_to(subject.split, *subject.kind, values, subject.positive, context);
        const auto measured = recsys::evaluate(*fitted.model, subject.split, options).summary(0, context.seed);
        if (measured && measured->n > 0) trial.value = measured->value;
    } catch (const InterruptedError&) {
        throw;
    } catch (const Error& error) {
        session.note(fmt::format("{} {}: {}", subject.kind->name, option_words(chosen), error.what()));
    }
    trial.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return trial;
}

}  // namespace

recsys::Measure deciding_measure(std::string name, const std::string& protocol, const recsys::ModelKind& kind) {
    if (name.empty() && protocol == "strong") name = "ndcg@100";
    if (name.empty() && protocol == "lists") name = "ndcg@20";
    if (name.empty()) name = kind.of_likes || protocol == "leave-one-out" ? "ndcg@10" : "rmse";
    const auto measures = recsys::parse_measures(name);
    if (measures.size() != 1) throw UsageError("--metric: found \"" + name + "\", expected one measure");
    const bool of_ratings = name == "rmse" || name == "mae";
    if (of_ratings && kind.of_likes) throw UsageError("--metric " + name + ": " + kind.name + " predicts no ratings");
    return measures[0];
}

recsys::Split tuning_split(const ProtocolArguments& given, const recsys::Ratings& ratings, bool whole,
                           std::uint64_t seed) {
    const bool strong = protocol_of(given) == "strong";
    if (whole || strong) return validation_split(given, ratings.user_item, ratings.moments(), seed);
    const recsys::Split outer = training_split(given, ratings.user_item, ratings.moments(), seed);
    return validation_split(given, outer.train, outer.train_times, seed);
}

bool search_within(const TuneBudget& budget, Session& session, const TuneSubject& subject, const TuneJournal& journal,
                   recsys::OptionSearch& search) {
    const Clock::time_point start = Clock::now();
    while (!budget.is_spent(search.trials().size(), Clock::now() - start)) {
        try {
            search.add(tried(session, subject, search.next()));
        } catch (const InterruptedError&) {
            return false;
        }
        journal.add(search.trials().back());
        note_trial(session, search, subject.measure.name());
    }
    return true;
}

}  // namespace eckart::tools
