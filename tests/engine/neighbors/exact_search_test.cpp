#include "engine/neighbors/exact_search.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/engine/matrix/random_matrices.h"
#include "tests/engine/neighbors/all_scores.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// Each score found is the row's own, the scores fall, and no row that was left out has a higher one.
void check_best(const Neighbors& found, const std::vector<double>& scores, std::size_t count) {
    const auto shown = static_cast<std::size_t>(
        std::count_if(scores.begin(), scores.end(), [](double score) { return std::isfinite(score); }));
    REQUIRE(found.size() == std::min(count, shown));
    std::vector<double> best = scores;
    std::erase_if(best, [](double score) { return !std::isfinite(score); });
    std::sort(best.rbegin(), best.rend());
    for (std::size_t i = 0; i < found.size(); ++i) {
        const double own = scores[static_cast<std::size_t>(found[i].index)];
        CHECK(static_cast<double>(found[i].score) == doctest::Approx(own).epsilon(1e-6));
        CHECK(own == doctest::Approx(best[i]).epsilon(1e-5));
    }
}

}  // namespace

TEST_CASE("one query finds what a scan in float64 finds, by every similarity") {
    const DenseMatrix x = random_panel<float>(900, 37, 1), queries = random_panel<float>(5, 37, 2);
    for (const Similarity similarity : every) {
        for (Eigen::Index q = 0; q < queries.rows(); ++q) {
            const Neighbors found = nearest(x, row_of(queries, q), 12, similarity);
            check_best(found, all_scores(x, row_of(queries, q), similarity), 12);
        }
    }
}

TEST_CASE("many queries find what each finds alone") {
    const DenseMatrix x = random_panel<float>(1300, 21, 3), queries = random_panel<float>(150, 21, 4);
    for (const Similarity similarity : every) {
        const auto found = nearest_to_each(x, queries, 7, similarity);
        REQUIRE(found.size() == 150);
        for (Eigen::Index q = 0; q < queries.rows(); ++q) {
            CHECK(indices(found[static_cast<std::size_t>(q)]) ==
                  indices(nearest(x, row_of(queries, q), 7, similarity)));
        }
    }
}

TEST_CASE("rows of a wider matrix are searched as they stand") {
    const DenseMatrix wide = random_panel<float>(300, 30, 5), query = random_panel<float>(1, 12, 6);
    const DenseMatrix narrow = wide.middleCols(4, 12);

    const auto found = nearest(wide.middleCols(4, 12), row_of(query, 0), 9, Similarity::cosine);

    CHECK(found == nearest(narrow, row_of(query, 0), 9, Similarity::cosine));
}

TEST_CASE("equal rows are at distance 0, far from the origin too, and ties go to the lowest place") {
    DenseMatrix x = random_panel<float>(40, 8, 7).array() + 1000;
    for (const Eigen::Index copy : {3, 11, 25}) x.row(copy) = x.row(30);
    std::vector<std::int32_t> places(40);
    std::iota(places.rbegin(), places.rend(), 0);

    const Neighbors found = nearest(x, row_of(x, 30), 4, Similarity::distance);
    const auto each = nearest_to_each(x, x, 4, Similarity::distance);
    const Neighbors by_place = nearest(x, row_of(x, 30), 4, Similarity::distance, places);

    CHECK(indices(found) == std::vector<std::int32_t>{3, 11, 25, 30});
    CHECK(indices(by_place) == std::vector<std::int32_t>{30, 25, 11, 3});
    for (const auto& entry : found) CHECK(entry.score == 0);
    CHECK(each[30] == found);
    for (Eigen::Index q = 0; q < 3; ++q) {
        check_best(each[static_cast<std::size_t>(q)], all_scores(x, row_of(x, q), Similarity::distance), 4);
    }
}

TEST_CASE("by cosine a row of zeros is never found and a query of zeros finds nothing") {
    DenseMatrix x = random_panel<float>(6, 4, 8);
    x.row(2).setZero();
    const DenseMatrix zero = DenseMatrix::Zero(1, 4);

    const Neighbors found = nearest(x, row_of(x, 0), 10, Similarity::cosine);

    CHECK(found.size() == 5);
    CHECK(found[0].index == 0);
    CHECK(found[0].score == doctest::Approx(1));
    CHECK(nearest(x, row_of(zero, 0), 10, Similarity::cosine).empty());
    CHECK(nearest_to_each(x, zero, 10, Similarity::cosine)[0].empty());
    CHECK(nearest(x, row_of(zero, 0), 10, Similarity::inner_product).size() == 6);
}

TEST_CASE("no rows, no columns and no count find nothing") {
    const DenseMatrix x = random_panel<float>(3, 2, 9), none(0, 2), flat(3, 0), query = random_panel<float>(1, 2, 9);

    CHECK(nearest(none, row_of(query, 0), 5, Similarity::distance).empty());
    CHECK(nearest(flat, {}, 5, Similarity::distance).empty());
    CHECK(nearest(x, row_of(query, 0), 0, Similarity::distance).empty());
    CHECK(nearest(x, row_of(query, 0), 100, Similarity::distance).size() == 3);
    CHECK(nearest_to_each(x, none, 5, Similarity::distance).empty());
}

TEST_CASE("what cannot be searched for is refused") {
    const DenseMatrix x = random_panel<float>(3, 2, 10), three = random_panel<float>(1, 3, 10);
    DenseMatrix bad = random_panel<float>(1, 2, 11);
    bad(0, 1) = std::numeric_limits<float>::quiet_NaN();
    const std::vector<std::int32_t> places = {0, 1};

    CHECK_THROWS_AS(nearest(x, row_of(three, 0), 1, Similarity::cosine), UsageError);
    CHECK_THROWS_AS(nearest(x, row_of(bad, 0), 1, Similarity::cosine), UsageError);
    CHECK_THROWS_AS(nearest_to_each(x, bad, 1, Similarity::cosine), UsageError);
    CHECK_THROWS_AS(nearest(x, row_of(x, 0), 1, Similarity::cosine, places), UsageError);
    CHECK_THROWS_AS(parse_similarity("dot"), UsageError);
    for (const Similarity similarity : every) CHECK(parse_similarity(name(similarity)) == similarity);
}

TEST_CASE("the bytes are the same on 1, 2 and 4 threads") {
    const DenseMatrix x = random_panel<float>(20000, 6, 12), queries = random_panel<float>(300, 6, 13);
    std::vector<Neighbors> one, each;
    for (const int threads : {1, 2, 4}) {
        const ThreadLimit limit(threads);
        const Neighbors found = nearest(x, row_of(queries, 0), 20, Similarity::distance);
        const auto all = nearest_to_each(x, queries, 20, Similarity::inner_product);
        if (threads == 1) {
            one = {found};
            each = all;
        }
        CHECK(found == one[0]);
        CHECK(all == each);
    }
}
