#include "engine/support/top_k.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "engine/support/error.h"
#include "engine/support/random.h"

using namespace eckart;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan_score = std::numeric_limits<float>::quiet_NaN();

std::vector<Scored<float>> top(const std::vector<float>& scores, std::size_t k,
                               std::span<const std::int32_t> places = {}) {
    return top_k(std::span<const float>(scores), k, places);
}

/// The same by sorting everything.
std::vector<Scored<float>> top_by_sorting(const std::vector<float>& scores, std::size_t k,
                                          std::vector<std::int32_t> places = {}) {
    if (places.empty()) {
        places.resize(scores.size());
        std::iota(places.begin(), places.end(), 0);
    }
    std::vector<Scored<float>> all;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        if (scores[i] > -infinity) all.push_back({static_cast<std::int32_t>(i), scores[i]});
    }
    std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        if (a.score != b.score) return a.score > b.score;
        return places[static_cast<std::size_t>(a.index)] < places[static_cast<std::size_t>(b.index)];
    });
    all.resize(std::min(all.size(), k));
    return all;
}

/// Scores of few values, so that there are ties, with holes.
std::vector<float> coarse_scores(std::size_t size, std::uint64_t seed) {
    const Philox random(seed);
    std::vector<float> scores(size);
    for (std::size_t i = 0; i < size; ++i) {
        const auto value = random.below(i, 50);
        scores[i] = value == 0 ? -infinity : value == 1 ? nan_score : static_cast<float>(value);
    }
    return scores;
}

/// A permutation of 0 .. size - 1.
std::vector<std::int32_t> shuffled(std::size_t size, std::uint64_t seed) {
    const Philox random(seed);
    std::vector<std::int32_t> places(size);
    std::iota(places.begin(), places.end(), 0);
    for (std::size_t i = size; i > 1; --i) std::swap(places[i - 1], places[random.below(i, i)]);
    return places;
}

}  // namespace

TEST_CASE("the best come first, ties by the lowest index") {
    CHECK(top({1, 5, 3, 5, 2}, 3) == std::vector<Scored<float>>{{1, 5}, {3, 5}, {2, 3}});
}

TEST_CASE("ties go by place where places are given") {
    const std::vector<std::int32_t> places = {4, 3, 2, 1, 0};

    CHECK(top({5, 5, 3, 5, 2}, 2, places) == std::vector<Scored<float>>{{3, 5}, {1, 5}});
}

TEST_CASE("scores of minus infinity and NaN are never kept") {
    CHECK(top({-infinity, nan_score, -1, infinity, -infinity}, 5) ==
          std::vector<Scored<float>>{{3, infinity}, {2, -1}});
    CHECK(top({nan_score, nan_score}, 1).empty());
}

TEST_CASE("asking for none gives none, asking for more than there are gives all") {
    CHECK(top({1, 2, 3}, 0).empty());
    CHECK(top({}, 10).empty());
    CHECK(top({1, 2, 3}, std::numeric_limits<std::size_t>::max()).size() == 3);
}

TEST_CASE("the ranking is that of sorting everything") {
    for (const std::size_t size : {1u, 63u, 64u, 65u, 1000u, 20000u}) {
        const auto scores = coarse_scores(size, size);
        const auto places = shuffled(size, size);
        for (const std::size_t k : {1u, 2u, 10u, 300u, 5000u}) {
            CHECK(top(scores, k) == top_by_sorting(scores, k));
            CHECK(top(scores, k, places) == top_by_sorting(scores, k, places));
        }
    }
}

TEST_CASE("rising, falling and equal scores are ranked as any others") {
    std::vector<float> rising(5000), falling(5000), equal(5000, 7);
    for (std::size_t i = 0; i < rising.size(); ++i) {
        rising[i] = static_cast<float>(i);
        falling[i] = -static_cast<float>(i);
    }
    for (const auto& scores : {rising, falling, equal}) CHECK(top(scores, 100) == top_by_sorting(scores, 100));
}

TEST_CASE("what a collector keeps does not depend on the order of the offers") {
    const auto scores = coarse_scores(3000, 5);
    const auto expected = top_by_sorting(scores, 40);

    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        TopK<float> best(40);
        for (const std::int32_t i : shuffled(scores.size(), seed)) best.offer(i, scores[static_cast<std::size_t>(i)]);
        CHECK(best.take() == expected);
        CHECK(best.take().empty());
    }
}

TEST_CASE("a collector can be used again after it was emptied") {
    TopK<double> best(2);
    for (std::int32_t i = 0; i < 1000; ++i) best.offer(i, i);
    CHECK(best.threshold() > 0);
    CHECK(best.take() == std::vector<Scored<double>>{{999, 999}, {998, 998}});

    best.offer(7, -5);

    CHECK(best.take() == std::vector<Scored<double>>{{7, -5}});
}

TEST_CASE("places must be as many as scores") {
    const std::vector<std::int32_t> places = {0, 1};

    CHECK_THROWS_AS(top({1, 2, 3}, 1, places), UsageError);
}
