#include "engine/metrics/ranking.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/random.h"

using namespace eckart;

namespace {

using Grades = std::vector<double>;

// Sums of at most 100 terms of size 1 in different orders: 100 units of roundoff.
constexpr double bound = 100 * 0x1p-53;

bool near(double a, double b) {
    return std::abs(a - b) <= bound;
}

}  // namespace

TEST_CASE("average precision of relevant ranks 1, 3 and 5 of four is (1 + 2/3 + 3/5) / 4") {
    CHECK(near(average_precision(Grades{1, 0, 1, 0, 1}, 4), (1 + 2.0 / 3 + 3.0 / 5) / 4));
    CHECK(average_precision(Grades{2, 1, 3}, 3) == 1);
    CHECK(average_precision(Grades{0, 0}, 3) == 0);
    CHECK(average_precision(Grades{}, 3) == 0);
}

TEST_CASE("precision divides by the rank, also past the end of the ranking") {
    const Grades grades = {1, 0, 2};

    CHECK(precision_at(grades, 1) == 1);
    CHECK(precision_at(grades, 2) == 0.5);
    CHECK(precision_at(grades, 10) == 0.2);
    CHECK(near(precision_at(grades, every_rank), 2.0 / 3));
    CHECK(precision_at(Grades{}, every_rank) == 0);
}

TEST_CASE("recall divides by all relevant entries, capped recall by those that fit") {
    const Grades grades = {1, 0, 1, 1};

    CHECK(recall_at(grades, 8, 4) == 3.0 / 8);
    CHECK(recall_at(grades, 8, every_rank) == 3.0 / 8);
    CHECK(capped_recall_at(grades, 8, 4) == 3.0 / 4);
    CHECK(capped_recall_at(grades, 3, 4) == 1);
}

TEST_CASE("nDCG of grades by hand: linear gains, logarithm to the base 2 of the rank plus one") {
    const Grades grades = {3, 0, 2};
    const Grades judged = {2, 3, 1, 0};
    const double ideal = 3 + 2 / std::log2(3.0) + 1 / std::log2(4.0);

    CHECK(near(ndcg_at(grades, judged, 10), (3 + 2 / 2.0) / ideal));
    CHECK(near(ndcg_at(grades, judged, 2), 3 / (3 + 2 / std::log2(3.0))));
    CHECK(ndcg_at(Grades{3, 2, 1, 0}, judged, 4) == 1);
}

TEST_CASE("negative grades are neither relevant nor a loss") {
    CHECK(ndcg_at(Grades{-2, 1}, Grades{-2, 1}, 5) == ndcg_at(Grades{0, 1}, Grades{1}, 5));
    CHECK(average_precision(Grades{-1, 1}, 1) == 0.5);
    CHECK(hit_rate_at(Grades{-1}, 1) == 0);
}

TEST_CASE("reciprocal rank and hit rate look at the first relevant entry") {
    CHECK(reciprocal_rank(Grades{0, 0, 0, 1, 1}) == 0.25);
    CHECK(reciprocal_rank(Grades{0, 0}) == 0);
    CHECK(hit_rate_at(Grades{0, 0, 1}, 2) == 0);
    CHECK(hit_rate_at(Grades{0, 0, 1}, 3) == 1);
    CHECK(hit_rate_at(Grades{0, 0, 1}, 100) == 1);
}

TEST_CASE("without relevant entries every measure is 0, never NaN") {
    const Grades grades = {0, 0};

    CHECK(average_precision(grades, 0) == 0);
    CHECK(recall_at(grades, 0, 5) == 0);
    CHECK(capped_recall_at(grades, 0, 5) == 0);
    CHECK(ndcg_at(grades, Grades{}, 5) == 0);
    CHECK(ndcg_at(grades, Grades{0, -1}, 5) == 0);
}

TEST_CASE("ranks below 1 and negative counts are refused") {
    const Grades grades = {1};

    CHECK_THROWS_AS(precision_at(grades, 0), UsageError);
    CHECK_THROWS_AS(ndcg_at(grades, grades, -1), UsageError);
    CHECK_THROWS_AS(hit_rate_at(grades, 0), UsageError);
    CHECK_THROWS_AS(recall_at(grades, 1, 0), UsageError);
    CHECK_THROWS_AS(average_precision(grades, -1), UsageError);
}

TEST_CASE("measures of random rankings agree with their formulas summed by definition") {
    const Philox random(3);
    for (std::uint64_t trial = 0; trial < 50; ++trial) {
        Grades grades(40);
        for (std::size_t i = 0; i < grades.size(); ++i) {
            grades[i] = static_cast<double>(random.below(trial * 40 + i, 4));
        }
        Grades judged = grades;
        judged.push_back(2);  // relevant, never ranked
        const Grades all = judged;
        std::int64_t relevant = 0;
        for (const double grade : judged) relevant += grade > 0;

        double sum_of_precisions = 0, dcg = 0, ideal = 0;
        for (std::int64_t rank = 1; rank <= 40; ++rank) {
            const double grade = grades[static_cast<std::size_t>(rank - 1)];
            if (grade > 0) sum_of_precisions += precision_at(grades, rank);
            if (rank <= 10) dcg += grade * std::log(2.0) / std::log(1.0 + static_cast<double>(rank));
        }
        for (int rank = 1; rank <= 10; ++rank) {
            std::size_t best = 0;
            for (std::size_t i = 0; i < judged.size(); ++i) best = judged[i] > judged[best] ? i : best;
            ideal += judged[best] * std::log(2.0) / std::log(1.0 + rank);
            judged[best] = 0;
        }

        CHECK(near(average_precision(grades, relevant), sum_of_precisions / static_cast<double>(relevant)));
        CHECK(near(ndcg_at(grades, all, 10), dcg / ideal));
    }
}
