#include "recsys/models/automatic_choice.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/support/error.h"
#include "recsys/evaluation/evaluation.h"
#include "recsys/evaluation/protocols.h"
#include "recsys/models/implicit_als.h"
#include "recsys/models/models.h"

namespace eckart::recsys {
namespace {

constexpr double hidden_share = 0.1;
constexpr std::int64_t most_ranked_people = 2000;
constexpr std::int64_t most_rating_people = 500;
constexpr double least_work = 1e12;                     // of the trials, some ten seconds
constexpr std::int64_t sweeps_of_ratings = 12'000'000;  // of bayes over one rating: fewer where ratings are many
constexpr float every_rating = -std::numeric_limits<float>::infinity();

/// Operations that one fit takes, in the unit of a multiplication and an addition of a dense product.
struct FitWork {
    double implicit_als;
    double item_products;  ///< of all pairs of likes of one person
    double inverse;        ///< of items x items numbers
};

FitWork work_of(const RatingsShape& likes, double squares) {
    constexpr double factors = 64, sweeps = 16, sparse_penalty = 8;
    const auto people = static_cast<double>(likes.users), items = static_cast<double>(likes.items);
    const double solves = (people + items) * factors * factors * factors / 3;
    return {.implicit_als = sweeps * (2 * static_cast<double>(likes.ratings) * factors * factors + solves),
            .item_products = sparse_penalty * squares,
            .inverse = items * items * items};
}

/// The part of a fit's context that a trial has.
FitContext trial_context(const FitContext& context) {
    return {.progress = context.progress, .memory = context.memory, .seed = context.seed};
}

/// The split without what was held out of all but `most` people, spread over those that have some.
Split measured_on(const Split& split, std::int64_t most) {
    std::vector<std::int64_t> people;
    for (std::int64_t user = 0; user < split.test.rows; ++user) {
        if (!profile_of(split.test, user).empty()) people.push_back(user);
    }
    const std::int64_t count = std::min(most, std::ssize(people));
    std::vector<Entry> kept;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t user = people[static_cast<std::size_t>(i * std::ssize(people) / count)];
        const Profile profile = profile_of(split.test, user);
        for (std::size_t p = 0; p < profile.size(); ++p) kept.push_back({user, profile.items[p], profile.values[p]});
    }
    Split some;
    some.train = split.train;
    some.test = csr_from_entries(split.test.rows, split.test.cols, std::move(kept));
    return some;
}

/// The measure of a candidate on what was held out; nothing where nobody could be measured.
std::optional<double> measured(const Candidate& candidate, const Split& split, const EvaluationOptions& options,
                               const FitContext& context) {
    const OptionValues values = candidate.options();
    const float least = candidate.of_all ? every_rating : options.positive;
    const Fitted fitted = fit_to(split, *candidate.kind, values, least, trial_context(context));
    if (fitted.report.interrupted) throw InterruptedError();
    EvaluationOptions own = options;
    own.known_from = least;
    const auto summary = evaluate(*fitted.model, split, own).summary(0, context.seed);
    return summary && summary->n > 0 ? std::optional(summary->value) : std::nullopt;
}

/// The mean with offsets, and svd++ and bayes where they fit into the memory; else they are among the untried.
std::vector<Candidate> rating_candidates(const RatingsShape& shape, const MemoryBudget& memory,
                                         std::vector<Candidate>& untried) {
    std::vector<Candidate> tried = {{&model_kind("bias")}};
    const std::int64_t sweeps =
        std::clamp<std::int64_t>(sweeps_of_ratings / std::max<std::int64_t>(shape.ratings, 1), 60, 140);
    Candidate bayes{&model_kind("bayes"),
                    {{"sweeps", std::to_string(sweeps)}, {"burn-in", std::to_string(sweeps / 3)}}};
    for (Candidate one : {Candidate{&model_kind("svd++")}, std::move(bayes)}) {
        const bool fits = memory.bytes == 0 || one.kind->memory(shape, one.options()) <= memory.bytes;
        (fits ? tried : untried).push_back(std::move(one));
    }
    return tried;
}

double squares_of(const CsrView& likes) {
    double sum = 0;
    for (std::int64_t user = 0; user < likes.rows; ++user) {
        const auto size = static_cast<double>(profile_of(likes, user).size());
        sum += size * size;
    }
    return sum;
}

RatingsShape size_of(const CsrView& matrix) {
    return {matrix.rows, matrix.cols, matrix.nonzeros()};
}

}  // namespace

std::string Candidate::name() const {
    std::string text = kind->name;
    for (const auto& [option, value] : given) text.append(" ").append(option).append("=").append(value);
    return text + (of_all ? " of all ratings" : "");
}

RankingCandidates ranking_candidates(const RatingsShape& likes, double squares, double budget,
                                     const MemoryBudget& memory) {
    const FitWork work = work_of(likes, squares);
    const double dense = work.item_products + work.inverse;
    const auto with = [](const char* kind, const char* option, const char* value) {
        return Candidate{&model_kind(kind), {{option, value}}};
    };
    const UsualWeights usual = usual_weights(likes, 1);
    const auto implicit_als = [](double weight, double lambda) {
        return Candidate{&model_kind("implicit-als"),
                         {{"unobserved-weight", short_number(weight)}, {"lambda", short_number(lambda)}}};
    };
    std::vector<std::pair<Candidate, double>> ordered = {
        {{&model_kind("popular")}, 0},
        {{&model_kind("graph-filter")}, work.item_products},
        {{&model_kind("implicit-als")}, work.implicit_als},
        {implicit_als(usual.unobserved_weight, 2 * usual.lambda), work.implicit_als},
        {implicit_als(usual.unobserved_weight / 3, 3 * usual.lambda), work.implicit_als},
        {{&model_kind("item-knn")}, work.item_products},
        {with("ease", "lambda", "200"), dense},
        {{&model_kind("edlae")}, dense},
        {with("ease", "lambda", "800"), dense},
    };
    RankingCandidates candidates;
    double left = budget > 0 ? std::max(least_work, budget * work.implicit_als) : 0;
    for (auto& [candidate, cost] : ordered) {
        const bool fits = memory.bytes == 0 || candidate.kind->memory(likes, candidate.options()) <= memory.bytes;
        const bool tried = cost == 0 || (fits && cost <= left);
        left -= tried ? cost : 0;
        (tried ? candidates.tried : candidates.untried).push_back(std::move(candidate));
    }
    return candidates;
}

AutomaticChoice automatic_choice(const CsrView& user_item, double budget, const FitContext& context) {
    AutomaticChoice choice;
    choice.data = data_kind(user_item.values);
    choice.positive = like_threshold(user_item.values);
    const float least = choice.positive.value_or(every_rating);
    const CsrMatrix likes = entries_from(user_item, least);
    RankingCandidates rankers = ranking_candidates(size_of(likes), squares_of(likes), budget, context.memory);
    choice.untried = std::move(rankers.untried);
    std::vector<Candidate> raters;
    if (choice.data == DataKind::ratings) {
        raters = rating_candidates(size_of(user_item), context.memory, choice.untried);
    }
    choice.ranker = rankers.tried.front();
    if (!raters.empty()) choice.rater = raters.front();
    if (std::llround(hidden_share * static_cast<double>(user_item.nonzeros())) < 1) return choice;

    const Split split = random_holdout(user_item, hidden_share, context.seed);
    if (entries_from(split.train, least).nonzeros() == 0) return choice;
    const Split rankable = measured_on(split, most_ranked_people), ratable = measured_on(split, most_rating_people);
    const EvaluationOptions ranking = {
        .measures = {{MeasureKind::ndcg, 20}}, .positive = least, .progress = context.progress};
    const EvaluationOptions rating = {.measures = {{MeasureKind::rmse}}, .progress = context.progress};
    double best = -1, lowest = std::numeric_limits<double>::infinity();
    const auto rank = [&](const Candidate& candidate) {
        const auto value = measured(candidate, rankable, ranking, context);
        if (!value) return;
        choice.ranking.push_back({candidate, *value});
        if (*value > best) choice.ranker = candidate, best = *value;
    };
    for (const Candidate& candidate : rankers.tried) rank(candidate);
    if (choice.positive) {  // what people rated low, they chose all the same
        Candidate of_all = choice.ranker;
        of_all.of_all = true;
        rank(of_all);
    }
    if (choice.ranker.of_all) choice.positive.reset();
    for (const Candidate& candidate : raters) {
        const auto value = measured(candidate, ratable, rating, context);
        if (!value) continue;
        choice.rating.push_back({candidate, *value});
        if (*value < lowest) choice.rater = candidate, lowest = *value;
    }
    return choice;
}

}  // namespace eckart::recsys
