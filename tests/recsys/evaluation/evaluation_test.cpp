#include "recsys/evaluation/evaluation.h"

#include <doctest/doctest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;

namespace {

/// Gives everyone the same scores; with a scale they are ratings.
class Fixed : public Recommender {
  public:
    explicit Fixed(std::vector<float> scores, std::optional<RatingScale> scale = {})
        : scores_(std::move(scores)), scale_(scale) {}

    std::string_view name() const override { return "fixed"; }
    std::int64_t items() const override { return static_cast<std::int64_t>(scores_.size()); }
    std::optional<RatingScale> scale() const override { return scale_; }
    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            for (std::size_t i = 0; i < scores_.size(); ++i) {
                scores(static_cast<Eigen::Index>(p), static_cast<Eigen::Index>(i)) = scores_[i];
            }
        }
    }
    Explanation explain(const Profile&, std::int32_t) const override { return {}; }
    std::vector<float> similar(std::int32_t) const override { return {}; }
    void save(const StoreWriter&) const override {}
    Figures figures() const override { return {}; }

  private:
    std::vector<float> scores_;
    std::optional<RatingScale> scale_;
};

/// Two users, five items. The first knows item 0 and is asked for 2 and 3; the second knows 1 and is asked for 4, which
/// it rated 1.
Split small_split() {
    Split split;
    split.train = csr_from_entries(2, 5, {{0, 0, 5}, {1, 1, 3}, {1, 0, 3}});
    split.test = csr_from_entries(2, 5, {{0, 2, 4}, {0, 3, 5}, {1, 4, 1}});
    return split;
}

/// Ranks item 0 first, then 1, ...
const std::vector<float> falling = {9, 5, 4, 3, 2};

double measured(const Recommender& model, const Split& split, const std::string& measure, float positive = 0) {
    const EvaluationOptions options{.measures = parse_measures(measure), .positive = positive};
    return evaluate(model, split, options).summary(0, 1).value().value;
}

}  // namespace

TEST_CASE("ranking measures are those worked out by hand, and known items are not ranked") {
    const Split split = small_split();
    const Fixed model(falling);

    // the first user sees 1 2 3 4 with 2 and 3 relevant; the second 2 3 4 with 4 relevant
    CHECK(measured(model, split, "recall@2") == doctest::Approx((0.5 + 0) / 2));
    CHECK(measured(model, split, "capped-recall@1") == doctest::Approx(0));
    CHECK(measured(model, split, "capped-recall@3") == doctest::Approx((1.0 + 1) / 2));
    CHECK(measured(model, split, "p@3") == doctest::Approx((2.0 / 3 + 1.0 / 3) / 2));
    CHECK(measured(model, split, "hr@2") == doctest::Approx(0.5));
    CHECK(measured(model, split, "mrr") == doctest::Approx((1.0 / 2 + 1.0 / 3) / 2));
    CHECK(measured(model, split, "map") == doctest::Approx(((1.0 / 2 + 2.0 / 3) / 2 + 1.0 / 3) / 2));
    const double first = (1 / std::log2(3.0) + 1 / std::log2(4.0)) / (1 + 1 / std::log2(3.0));
    CHECK(measured(model, split, "ndcg@20") == doctest::Approx((first + 1 / std::log2(4.0)) / 2));
}

TEST_CASE("where more is relevant than has a rank, capped recall and ndcg are of what could be had, recall of all") {
    const Fixed model({0, 1, 5, 4, 2});  // the first user sees 2 3 4 1 with 2 and 3 relevant; the second 2 3 4

    CHECK(measured(model, small_split(), "recall@1") == doctest::Approx((0.5 + 0) / 2));
    CHECK(measured(model, small_split(), "capped-recall@1") == doctest::Approx((1.0 + 0) / 2));
    CHECK(measured(model, small_split(), "ndcg@1") == doctest::Approx((1.0 + 0) / 2));
}

TEST_CASE("what is recommended to all is counted over their lists") {
    const Split split = small_split();
    const Fixed model(falling);

    // lists of two: 1 2 and 2 3
    CHECK(measured(model, split, "coverage@2") == doctest::Approx(3.0 / 5));
    CHECK(measured(model, split, "gini@2") == doctest::Approx((1.0 * 0 + 2 * 1 + 4 * 2) / (5 * 4)));
    // two users in training; item 1 has one of them, 2 and 3 count as having one
    CHECK(measured(model, split, "novelty@2") == doctest::Approx(1));
}

TEST_CASE("ratings are predicted within the scale") {
    const Split split = small_split();

    const Fixed model(falling, RatingScale{1, 5});  // 4 for 4, 3 for 5, 2 for 1
    CHECK(measured(model, split, "rmse") == doctest::Approx(std::sqrt((0 + 4 + 1) / 3.0)));
    CHECK(measured(model, split, "mae") == doctest::Approx((0 + 2 + 1) / 3.0));
    const Fixed far({0, 0, 90, 90, -90}, RatingScale{1, 5});  // 5 for 4, 5 for 5, 1 for 1
    CHECK(measured(far, split, "rmse") == doctest::Approx(std::sqrt(1 / 3.0)));
}

TEST_CASE("a model without a scale has no errors of ratings") {
    const EvaluationOptions options{.measures = parse_measures("rmse,hr@5")};
    const Evaluation evaluation = evaluate(Fixed(falling), small_split(), options);

    CHECK_FALSE(evaluation.summary(0, 1).has_value());
    CHECK(evaluation.summary(1, 1).value().value == 1);
}

TEST_CASE("ratings below --positive are not relevant, and people without a relevant one are left out") {
    const EvaluationOptions options{.measures = parse_measures("hr@1,rmse"), .positive = 4};
    const Evaluation evaluation = evaluate(Fixed({0, 0, 5, 0, 0}, RatingScale{1, 5}), small_split(), options);

    CHECK(evaluation.left_out == 1);
    CHECK(evaluation.summary(0, 1).value().n == 1);
    CHECK(evaluation.summary(0, 1).value().value == 1);
    CHECK(evaluation.summary(1, 1).value().n == 3);
}

TEST_CASE("candidates are ranked and nothing else, one that is named twice once") {
    Split split = small_split();
    split.candidates = csr_from_entries(2, 5, {{0, 2, 1}, {0, 4, 1}, {1, 2, 1}, {1, 4, 1}, {1, 2, 1}});

    CHECK(measured(Fixed(falling), split, "hr@1") == doctest::Approx(0.5));
    CHECK(measured(Fixed(falling), split, "ndcg@10") ==
          doctest::Approx((1 / (1 + 1 / std::log2(3.0)) + 1 / std::log2(3.0)) / 2));
}

TEST_CASE("ties go to the lowest item") {
    const Split split = small_split();

    CHECK(measured(Fixed({1, 1, 1, 1, 1}), split, "mrr") == doctest::Approx((1.0 / 2 + 1.0 / 3) / 2));
}

TEST_CASE("people who are folded in are scored by what is folded in") {
    Split split;
    split.train = csr_from_entries(1, 3, {{0, 0, 1}});
    split.fold_in = csr_from_entries(2, 3, {{0, 0, 1}, {1, 1, 1}});
    split.test = csr_from_entries(2, 3, {{0, 1, 1}, {1, 0, 1}});

    CHECK(measured(Fixed({3, 2, 1}), split, "hr@1") == 1);
}

TEST_CASE("measures are read by their names, and unknown ones refused") {
    const std::vector<Measure> measures = parse_measures("rmse,capped-recall@50,map");

    CHECK(measures ==
          std::vector<Measure>{{MeasureKind::rmse, 0}, {MeasureKind::capped_recall, 50}, {MeasureKind::map, 0}});
    CHECK(measures[1].name() == "capped-recall@50");
    CHECK(measures[2].name() == "map");
    for (const char* wrong :
         {"", "recall", "recall@", "recall@0", "recall@1001", "recall@5x", "rmse@5", "auc", "map,"}) {
        CHECK_THROWS_AS(parse_measures(wrong), UsageError);
    }
}

TEST_CASE("a model of other items is refused") {
    CHECK_THROWS_AS(evaluate(Fixed({1, 2}), small_split(), {.measures = parse_measures("map")}), UsageError);
}

TEST_CASE("an evaluation is the same for any number of threads, and stops when asked") {
    const Split split = random_holdout(testing::small_ratings(), 0.3, 1);
    std::vector<float> scores(40);
    for (std::size_t i = 0; i < scores.size(); ++i) scores[i] = static_cast<float>((i * 7) % 11);
    const Fixed model(scores, RatingScale{1, 5});
    EvaluationOptions options{.measures = parse_measures("rmse,ndcg@10,map,gini@10,novelty@10")};
    const auto with_threads = [&](int threads) {
        const ThreadLimit limit(threads);
        return evaluate(model, split, options);
    };

    const Evaluation one = with_threads(1), four = with_threads(4);

    CHECK(one.values == four.values);
    CHECK(one.list_counts == four.list_counts);
    CHECK(one.summary(0, 1).value().value == four.summary(0, 1).value().value);
    options.progress = Progress({}, [] { return true; });
    CHECK_THROWS_AS(evaluate(model, split, options), InterruptedError);
}
