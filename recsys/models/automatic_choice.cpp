#include "recsys/models/automatic_choice.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "engine/matrix/dense.h"
#include "engine/metrics/ranking.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "engine/support/top_k.h"
#include "recsys/models/data_kind.h"
#include "recsys/models/figures.h"
#include "recsys/models/models.h"

namespace eckart::recsys {
namespace {

constexpr std::uint64_t hidden_share = 10;  // one entry in so many is hidden
constexpr std::int64_t ranked_items = 20;
constexpr std::size_t most_ranked_people = 2000;
constexpr std::size_t most_rating_people = 500;
constexpr std::size_t people_a_block = 64;
constexpr double least_work = 1e12;                // of the trials, some ten seconds
constexpr std::int64_t most_dense_items = 20'000;  // items x items numbers take 1.6 GB

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

/// The entries of some places of a matrix, and the others.
struct HiddenParts {
    CsrMatrix known;
    CsrMatrix hidden;
};

void append(CsrMatrix& matrix, std::int32_t item, float value) {
    matrix.column_indices.push_back(item);
    matrix.values.push_back(value);
}

/// Of each person with two entries and more, about a tenth, and never all.
HiddenParts hide_some(const CsrView& user_item, std::uint64_t seed) {
    const Philox random(seed);
    HiddenParts parts;
    for (CsrMatrix* part : {&parts.known, &parts.hidden}) {
        part->rows = user_item.rows;
        part->cols = user_item.cols;
        part->row_offsets.assign(1, 0);
    }
    std::uint64_t entry = 0;
    for (std::int64_t user = 0; user < user_item.rows; ++user) {
        const Profile profile = profile_of(user_item, user);
        std::size_t left = profile.size();
        for (std::size_t p = 0; p < profile.size(); ++p) {
            const bool hides = random.below(entry++, hidden_share) == 0 && left > 1;
            left -= hides ? 1 : 0;
            append(hides ? parts.hidden : parts.known, profile.items[p], profile.values[p]);
        }
        parts.known.row_offsets.push_back(parts.known.nonzeros());
        parts.hidden.row_offsets.push_back(parts.hidden.nonzeros());
    }
    return parts;
}

/// At most `most` people with hidden entries, spread over all.
std::vector<std::int64_t> people_with(const CsrView& hidden, std::size_t most) {
    std::vector<std::int64_t> people;
    for (std::int64_t user = 0; user < hidden.rows; ++user) {
        if (!profile_of(hidden, user).empty()) people.push_back(user);
    }
    if (people.size() <= most) return people;
    std::vector<std::int64_t> some;
    for (std::size_t i = 0; i < most; ++i) some.push_back(people[i * people.size() / most]);
    return some;
}

/// Calls visit(person, their place in `people`, scores of all items), for all people, several at once.
template <typename Visit>
void visit_scores(const Recommender& model, const CsrView& profiles, std::span<const std::int64_t> people,
                  Visit visit) {
    DenseMatrix scores(static_cast<Eigen::Index>(std::min(people.size(), people_a_block)), profiles.cols);
    for (std::size_t begin = 0; begin < people.size(); begin += people_a_block) {
        const auto some = people.subspan(begin, std::min(people_a_block, people.size() - begin));
        std::vector<Profile> known;
        for (const std::int64_t person : some) known.push_back(profile_of(profiles, person));
        model.score(known, scores.topRows(std::ssize(some)));
        parallel_for(std::ssize(some), [&](std::int64_t p) {
            const std::span<float> row(scores.row(p).data(), static_cast<std::size_t>(scores.cols()));
            visit(some[static_cast<std::size_t>(p)], begin + static_cast<std::size_t>(p), row);
        });
    }
}

double average_of(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// Mean NDCG@20 of the hidden likes among the items that a person has not rated.
double ranking_quality(const Recommender& model, const CsrView& likes, const CsrView& rated, const CsrView& hidden) {
    const std::vector<std::int64_t> people = people_with(hidden, most_ranked_people);
    std::vector<double> quality(people.size());
    visit_scores(model, likes, people, [&](std::int64_t person, std::size_t place, std::span<float> scores) {
        for (const std::int32_t item : profile_of(rated, person).items) {
            scores[static_cast<std::size_t>(item)] = -std::numeric_limits<float>::infinity();
        }
        const auto wanted = profile_of(hidden, person).items;
        std::vector<double> grades;
        for (const auto& top : top_k<float>(scores, static_cast<std::size_t>(ranked_items))) {
            grades.push_back(std::binary_search(wanted.begin(), wanted.end(), top.index) ? 1 : 0);
        }
        quality[place] = ndcg_at(grades, std::vector<double>(wanted.size(), 1), ranked_items);
    });
    return average_of(quality);
}

/// RMSE of the hidden ratings, predicted on the scale.
double rating_error(const Recommender& model, const CsrView& known, const CsrView& hidden) {
    const std::vector<std::int64_t> people = people_with(hidden, most_rating_people);
    const RatingScale scale = model.scale().value();
    std::vector<double> squares(people.size());
    double ratings = 0;
    for (const std::int64_t person : people) ratings += static_cast<double>(profile_of(hidden, person).size());
    visit_scores(model, known, people, [&](std::int64_t person, std::size_t place, std::span<float> scores) {
        const Profile profile = profile_of(hidden, person);
        for (std::size_t p = 0; p < profile.size(); ++p) {
            const float score = scores[static_cast<std::size_t>(profile.items[p])];
            const auto error = static_cast<double>(std::clamp(score, scale.low, scale.high) - profile.values[p]);
            squares[place] += error * error;
        }
    });
    double sum = 0;
    for (const double square : squares) sum += square;
    return ratings > 0 ? std::sqrt(sum / ratings) : 0;
}

std::vector<Candidate> rating_candidates(const RatingsShape& shape, const MemoryBudget& memory) {
    std::vector<Candidate> candidates = {{&model_kind("bias")}};
    const Candidate bayes{&model_kind("bayes"), {{"sweeps", "60"}, {"burn-in", "20"}}};
    const std::uint64_t needed = bayes.kind->memory(shape, bayes.options());
    if (memory.bytes == 0 || needed <= memory.bytes) candidates.push_back(bayes);
    return candidates;
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

/// The part of a fit's context that a trial has.
FitContext trial_context(const FitContext& context) {
    return {.progress = context.progress, .memory = context.memory, .seed = context.seed};
}

/// LikedEntries among the entries; the entries themselves where there is no threshold.
class LikedEntries {
  public:
    LikedEntries(const CsrView& entries, std::optional<float> positive) : all_(entries) {
        if (positive) some_ = entries_from(entries, *positive);
    }

    CsrView view() const { return some_ ? some_->view() : all_; }

  private:
    CsrView all_;
    std::optional<CsrMatrix> some_;
};

}  // namespace

std::string Candidate::name() const {
    std::string text = kind->name;
    for (const auto& [option, value] : given) text += " " + option + "=" + value;
    return text + (of_all ? " of all ratings" : "");
}

std::vector<Candidate> ranking_candidates(const RatingsShape& likes, double squares, double budget,
                                          const MemoryBudget& memory) {
    const FitWork work = work_of(likes, squares);
    const auto als = [&](const char* weight) {
        return Candidate{&model_kind("implicit-als"), {{"unobserved-weight", weight}}};
    };
    const auto ease = [&](const char* lambda) { return Candidate{&model_kind("ease"), {{"lambda", lambda}}}; };
    std::vector<std::pair<Candidate, double>> ordered = {
        {{&model_kind("popular")}, 0},     {{&model_kind("graph-filter")}, work.item_products},
        {als("0.1"), work.implicit_als},   {als("0.01"), work.implicit_als},
        {als("0.003"), work.implicit_als}, {{&model_kind("item-knn")}, work.item_products},
    };
    if (likes.items <= most_dense_items) {
        const double dense = work.item_products + work.inverse;
        ordered.emplace_back(ease("200"), dense);
        ordered.emplace_back(Candidate{&model_kind("edlae")}, dense);
        for (const char* lambda : {"50", "800"}) ordered.emplace_back(ease(lambda), dense);
    }
    std::vector<Candidate> kept;
    const double most = budget > 0 ? std::max(least_work, budget * work.implicit_als) : 0;
    double spent = 0;
    for (const auto& [candidate, cost] : ordered) {
        const std::uint64_t needed = candidate.kind->memory(likes, candidate.options());
        const bool fits = memory.bytes == 0 || needed <= memory.bytes;
        if (cost > 0 && (!fits || spent + cost > most)) continue;
        spent += cost;
        kept.push_back(candidate);
    }
    return kept;
}

AutomaticChoice automatic_choice(const CsrView& user_item, double budget, const FitContext& context) {
    AutomaticChoice choice;
    choice.positive = like_threshold(user_item.values);
    const LikedEntries likes(user_item, choice.positive);
    const auto candidates = ranking_candidates(size_of(likes.view()), squares_of(likes.view()), budget, context.memory);
    const bool rates = data_kind(user_item.values) == DataKind::ratings;
    const auto raters = rates ? rating_candidates(size_of(user_item), context.memory) : std::vector<Candidate>{};
    choice.ranker = candidates.front();
    if (rates) choice.rater = raters.front();

    const HiddenParts parts = hide_some(user_item, context.seed);
    const LikedEntries known(parts.known, choice.positive), hidden(parts.hidden, choice.positive);
    if (known.view().nonzeros() == 0 || hidden.view().nonzeros() == 0) return choice;
    double best = -1, least = std::numeric_limits<double>::infinity();
    const auto rank = [&](const Candidate& candidate) {
        const CsrView entries = candidate.of_all ? parts.known.view() : known.view();
        const Fitted fitted = candidate.kind->fit(entries, candidate.options(), trial_context(context));
        if (fitted.report.interrupted) throw InterruptedError();
        const double value = ranking_quality(*fitted.model, entries, parts.known, hidden.view());
        choice.ranking.push_back({candidate, value});
        if (value > best) choice.ranker = candidate, best = value;
    };
    for (const Candidate& candidate : candidates) rank(candidate);
    if (choice.positive) {  // what people rated low, they chose all the same
        Candidate of_all = choice.ranker;
        of_all.of_all = true;
        rank(of_all);
        if (choice.ranker.of_all) choice.positive.reset();
    }
    for (const Candidate& candidate : raters) {
        const Fitted fitted = candidate.kind->fit(parts.known, candidate.options(), trial_context(context));
        if (fitted.report.interrupted) throw InterruptedError();
        const double value = rating_error(*fitted.model, parts.known, parts.hidden);
        choice.rating.push_back({candidate, value});
        if (value < least) choice.rater = candidate, least = value;
    }
    return choice;
}

}  // namespace eckart::recsys
