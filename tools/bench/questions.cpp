// bench_questions RATINGS [MODEL]: the error for newcomers after 0 to 10 answers. A tenth of the people is hidden from
// the training (strong generalization). Of the ratings of each, every other one is for the test, in an order at random;
// the others are what the person can answer. Asked are
//
//     ask      the best question of recsys::Questions, again after each answer; an item that the person has not rated
//              is passed over, and is no answer
//
//     random   items at random among the 300 most popular that the person has rated
//
//     popular  the most popular items that the person has rated
//
// by the mean given the answers (Questions::scores), and at random also by the model itself. RMSE over the test ratings
// of the people who can answer all of the ten.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "engine/support/random.h"
#include "recsys/interface/shown_items.h"
#include "recsys/serving/questions.h"
#include "tools/jobs/ratings/ratings_source.h"
#include "tools/jobs/ratings/training.h"

using namespace eckart;

namespace {

constexpr std::size_t answers = 10;
constexpr std::int64_t popular = 300;

struct Newcomer {
    std::vector<std::int32_t> items, tested;  ///< rising
    std::vector<float> values, truths;
};

Newcomer newcomer_of(const CsrView& all, std::int64_t user) {
    const Philox random(5, static_cast<std::uint64_t>(user));
    const CsrRow row = all.row(user);
    Newcomer one;
    for (std::size_t p = 0; p < row.size(); ++p) {
        const bool test = random.uniform(p) < 0.5;
        (test ? one.tested : one.items).push_back(row.columns[p]);
        (test ? one.truths : one.values).push_back(row.values[p]);
    }
    return one;
}

/// Scores of all items for somebody.
using Scorer = std::function<std::vector<float>(const recsys::Profile&)>;

/// Squared errors after each number of answers to the items in this order.
void add_errors(const Scorer& scorer, const recsys::RatingScale& scale, const Newcomer& one,
                const std::vector<std::int32_t>& order, std::array<double, answers + 1>& squares) {
    for (std::size_t k = 0; k <= answers; ++k) {
        std::vector<std::int32_t> items(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(k));
        std::sort(items.begin(), items.end());
        std::vector<float> values;
        for (const std::int32_t item : items) {
            const auto place = std::lower_bound(one.items.begin(), one.items.end(), item) - one.items.begin();
            values.push_back(one.values[static_cast<std::size_t>(place)]);
        }
        const std::vector<float> scores = scorer({items, values});
        for (std::size_t t = 0; t < one.tested.size(); ++t) {
            const float score = std::clamp(scores[static_cast<std::size_t>(one.tested[t])], scale.low, scale.high);
            const double error = static_cast<double>(score - one.truths[t]);
            squares[k] += error * error;
        }
    }
}

std::vector<std::int32_t> asked(const recsys::Questions& questions, const Newcomer& one) {
    std::vector<std::int32_t> answered, unknown;
    while (answered.size() < answers) {
        const auto next = questions.best(answered, unknown, 1);
        if (next.empty()) break;
        const std::int32_t item = next.front().item;
        const bool knows = std::binary_search(one.items.begin(), one.items.end(), item);
        (knows ? answered : unknown).push_back(item);
    }
    return answered;
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "usage: bench_questions RATINGS [MODEL]\n");
        return 2;
    }
    const recsys::Ratings all = jobs::read_ratings({.sources = {arguments[1]}}, {});
    const jobs::TrainingPlan plan = jobs::training_plan(count > 2 ? arguments[2] : "als", {}, {});
    const Philox chosen(3);
    std::vector<Entry> kept;
    std::vector<std::int64_t> newcomers;
    for (std::int64_t u = 0; u < all.user_item.rows; ++u) {
        const CsrRow row = all.user_item.row(u);
        if (chosen.uniform(static_cast<std::uint64_t>(u)) < 0.1) {
            newcomers.push_back(u);
            continue;
        }
        for (std::size_t p = 0; p < row.size(); ++p) kept.push_back({u, row.columns[p], row.values[p]});
    }
    const CsrMatrix training = csr_from_entries(all.user_item.rows, all.user_item.cols, std::move(kept));
    const recsys::Fitted fitted = plan.kind->fit(training, plan.options, {});
    const recsys::Questions questions(*fitted.model, training, {.candidates = popular});
    const auto popularity = recsys::popularity_of(training);
    std::vector<std::int32_t> known(popularity.size());
    for (std::size_t i = 0; i < known.size(); ++i) known[i] = static_cast<std::int32_t>(i);
    std::stable_sort(known.begin(), known.end(), [&](auto a, auto b) { return popularity[a] > popularity[b]; });
    known.resize(std::min<std::size_t>(known.size(), popular));

    std::array<double, answers + 1> by_asking{}, by_chance{}, by_popularity{}, by_chance_and_model{};
    const recsys::RatingScale scale = fitted.model->scale().value();
    const Scorer by_mean = [&](const recsys::Profile& profile) { return questions.scores(profile); };
    const Scorer by_model = [&](const recsys::Profile& profile) {
        std::vector<float> scores(static_cast<std::size_t>(fitted.model->items()));
        fitted.model->score({&profile, 1}, Eigen::Map<DenseMatrix>(scores.data(), 1, fitted.model->items()));
        return scores;
    };
    double ratings = 0, people = 0;
    for (const std::int64_t user : newcomers) {
        const Newcomer one = newcomer_of(all.user_item, user);
        const std::vector<std::int32_t> order = asked(questions, one);
        std::vector<std::int32_t> rated;
        for (const std::int32_t item : known) {
            if (std::binary_search(one.items.begin(), one.items.end(), item)) rated.push_back(item);
        }
        if (order.size() < answers || rated.size() < answers || one.tested.empty()) continue;
        people += 1;
        ratings += static_cast<double>(one.tested.size());
        add_errors(by_mean, scale, one, order, by_asking);
        add_errors(by_mean, scale, one, rated, by_popularity);
        const Philox random(9, static_cast<std::uint64_t>(user));
        for (std::size_t k = 0; k < answers; ++k) std::swap(rated[k], rated[k + random.below(k, rated.size() - k)]);
        add_errors(by_mean, scale, one, rated, by_chance);
        add_errors(by_model, scale, one, rated, by_chance_and_model);
    }
    std::printf("%.0f newcomers, %.0f test ratings\nanswers  ask     random  popular random, model\n", people, ratings);
    for (std::size_t k = 0; k <= answers; ++k) {
        std::printf("%7zu  %.4f  %.4f  %.4f  %.4f\n", k, std::sqrt(by_asking[k] / ratings),
                    std::sqrt(by_chance[k] / ratings), std::sqrt(by_popularity[k] / ratings),
                    std::sqrt(by_chance_and_model[k] / ratings));
    }
}
