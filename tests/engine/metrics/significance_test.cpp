#include "engine/metrics/significance.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

using namespace eckart;

namespace {

using Values = std::vector<double>;

Values normal_values(std::size_t size, double mean, std::uint64_t seed) {
    const Philox random(seed);
    Values values(size);
    for (std::size_t i = 0; i < size; ++i) values[i] = mean + random.normal(i);
    return values;
}

}  // namespace

TEST_CASE("an interval of equal values is that value") {
    const MeanInterval interval = bootstrap_mean(Values(10, 0.5));

    CHECK(interval.mean == 0.5);
    CHECK(interval.low == 0.5);
    CHECK(interval.high == 0.5);
    CHECK(interval.n == 10);
}

TEST_CASE("an interval of no values is 0 and of one value that value") {
    CHECK(bootstrap_mean(Values{}).n == 0);
    CHECK(bootstrap_mean(Values{}).mean == 0);
    CHECK(bootstrap_mean(Values{0.25}).low == 0.25);
}

TEST_CASE("an interval of two values has their quartiles: means are 0, 1/2, 1 with chances 1/4, 1/2, 1/4") {
    // The chance of 10000 draws missing the quartile's side by 1% is that of 2.3 standard deviations; the seed is
    // fixed.
    const MeanInterval half = bootstrap_mean(Values{0, 1}, {.confidence = 0.4});
    const MeanInterval most = bootstrap_mean(Values{0, 1}, {.confidence = 0.6});

    CHECK(half.low == 0.5);
    CHECK(half.high == 0.5);
    CHECK(most.low == 0);
    CHECK(most.high == 1);
}

TEST_CASE("an interval of many values is that of the normal distribution") {
    const Values values = normal_values(400, 3, 11);
    double mean = 0, variance = 0;
    for (const double value : values) mean += value / 400;
    for (const double value : values) variance += (value - mean) * (value - mean) / 400;
    const double expected = 1.959964 * std::sqrt(variance / 400);

    const MeanInterval interval = bootstrap_mean(values);

    // A tail quantile of 10000 resamples is known to about 2% of the half width, the rest is skewness.
    CHECK(std::abs(interval.high - mean - expected) <= 0.06 * expected);
    CHECK(std::abs(mean - interval.low - expected) <= 0.06 * expected);
}

TEST_CASE("intervals and tests are the same for any number of threads, and change with the seed") {
    const Values a = normal_values(100, 0, 1), b = normal_values(100, 0.2, 2);
    MeanInterval interval[3];
    PairedTest test[3];
    for (int i = 0; i < 3; ++i) {
        const ThreadLimit limit(i == 0 ? 1 : 2 * i);
        interval[i] = bootstrap_mean(a, {.resamples = 2000});
        test[i] = paired_randomization_test(a, b, {.samples = 5000});
    }

    for (int i = 1; i < 3; ++i) {
        CHECK(interval[i].low == interval[0].low);
        CHECK(interval[i].high == interval[0].high);
        CHECK(test[i].p_value == test[0].p_value);
    }
    CHECK(bootstrap_mean(a, {.resamples = 2000, .seed = 7}).low != interval[0].low);
}

TEST_CASE("the test of three pairs with differences 1, 1, 1 is exact: 2 assignments of 8") {
    const PairedTest test = paired_randomization_test(Values{0, 0, 0}, Values{1, 1, 1});

    CHECK(test.exact);
    CHECK(test.difference == 1);
    CHECK(test.p_value == 0.25);
    CHECK(test.n == 3);
}

TEST_CASE("the test of differences 1, 2, -3 counts those whose sum is 0: all 8 are as large") {
    CHECK(paired_randomization_test(Values{0, 0, 3}, Values{1, 2, 0}).p_value == 1);
}

TEST_CASE("ties that rounding parts are counted as ties") {
    // On paper +.1 +.2 -.3 and -.1 -.2 +.3 are 0 both, as is what was observed.
    CHECK(paired_randomization_test(Values{0, 0, 0.3}, Values{0.1, 0.2, 0}).p_value == 1);
}

TEST_CASE("two equal systems have the p-value 1") {
    const Values a = normal_values(50, 0, 1);

    CHECK(paired_randomization_test(a, a).p_value == 1);
    CHECK(paired_randomization_test(Values{}, Values{}).p_value == 1);
}

TEST_CASE("a drawn p-value is near the exact one") {
    const Values a = normal_values(12, 0, 3), b = normal_values(12, 0.6, 4);

    const PairedTest exact = paired_randomization_test(a, b);
    const PairedTest drawn = paired_randomization_test(a, b, {.samples = 4095});

    REQUIRE(exact.exact);
    REQUIRE_FALSE(drawn.exact);
    // Three standard deviations of a frequency over 4095 draws.
    CHECK(std::abs(drawn.p_value - exact.p_value) <= 3 * std::sqrt(exact.p_value * (1 - exact.p_value) / 4095));
}

TEST_CASE("a drawn p-value is near that of the normal approximation, with more pairs than a word has bits") {
    const Values a = normal_values(200, 0, 5), b = normal_values(200, 0.2, 6);
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        sum += b[i] - a[i];
        squares += (b[i] - a[i]) * (b[i] - a[i]);
    }
    const double expected = std::erfc(std::abs(sum) / std::sqrt(2 * squares));

    const PairedTest test = paired_randomization_test(a, b);

    CHECK_FALSE(test.exact);
    CHECK(std::abs(test.p_value - expected) <= 0.1 * expected + 3 * std::sqrt(expected / 100000));
}

TEST_CASE("options and values out of range are refused") {
    const Values bad = {0, std::numeric_limits<double>::quiet_NaN()};

    CHECK_THROWS_AS(bootstrap_mean(bad), UsageError);
    CHECK_THROWS_AS(bootstrap_mean(Values{1}, {.resamples = 0}), UsageError);
    CHECK_THROWS_AS(bootstrap_mean(Values{1}, {.confidence = 1}), UsageError);
    CHECK_THROWS_AS(paired_randomization_test(Values{1}, Values{1, 2}), UsageError);
    CHECK_THROWS_AS(paired_randomization_test(Values{1, 2}, bad), UsageError);
    CHECK_THROWS_AS(paired_randomization_test(Values{1}, Values{1}, {.samples = 0}), UsageError);
}
