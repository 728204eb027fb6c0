#include "engine/metrics/rating.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

#include "engine/support/random.h"

using namespace eckart;

namespace {

RatingErrors errors(const std::vector<double>& differences) {
    RatingErrors sums;
    for (const double difference : differences) sums.add(3 + difference, 3);
    return sums;
}

}  // namespace

TEST_CASE("RMSE and MAE are those worked out by hand") {
    const std::vector<RatingErrors> users = {errors({1, -1}), errors({2})};  // squares 1, 1, 4; absolutes 1, 1, 2

    CHECK(root_mean_squared_error(users).mean == doctest::Approx(std::sqrt(2.0)));
    CHECK(mean_absolute_error(users).mean == doctest::Approx(4.0 / 3));
    CHECK(root_mean_squared_error(users).n == 3);
}

TEST_CASE("the interval of MAE over two users is the linearized one") {
    const std::vector<RatingErrors> users = {errors({1, -1}), errors({2})};

    const MeanInterval interval = mean_absolute_error(users);

    // residuals 2 - 4/3 2 = -2/3 and 2 - 4/3 = 2/3; variance 2/1 (4/9 + 4/9) / 9
    const double half = 1.959963984540054 * std::sqrt(2.0 * 8 / 9) / 3;
    CHECK(interval.low == doctest::Approx(std::max(0.0, 4.0 / 3 - half)));
    CHECK(interval.high == doctest::Approx(4.0 / 3 + half));
}

TEST_CASE("without predictions errors are 0, and with one user the interval is the value") {
    CHECK(root_mean_squared_error({}).mean == 0);
    CHECK(root_mean_squared_error({}).n == 0);
    const std::vector<RatingErrors> one = {errors({1, 2})};
    CHECK(root_mean_squared_error(one).low == root_mean_squared_error(one).mean);
    CHECK(root_mean_squared_error(one).high == root_mean_squared_error(one).mean);
}

TEST_CASE("a user without predictions changes neither value") {
    const std::vector<RatingErrors> users = {errors({1, -1}), errors({2}), {}};

    CHECK(root_mean_squared_error(users).mean == doctest::Approx(std::sqrt(2.0)));
    CHECK(mean_absolute_error(users).mean == doctest::Approx(4.0 / 3));
}

TEST_CASE("about 95 of 100 intervals hold the true error, though the errors of a user go together") {
    int inside = 0;
    constexpr int trials = 400, users = 100;
    for (std::uint64_t trial = 0; trial < trials; ++trial) {
        const Philox random(7, trial);
        std::vector<RatingErrors> groups(users);
        for (std::uint64_t u = 0; u < users; ++u) {
            const double offset = random.normal(2 * u);  // the user's own, in each of their errors: E e^2 = 1
            for (std::uint64_t j = 0; j < 1 + u % 5; ++j) groups[u].add(offset, 0);
        }
        const MeanInterval interval = root_mean_squared_error(groups);
        inside += interval.low <= 1 && 1 <= interval.high ? 1 : 0;
    }
    // Linearization leaves about .92 at 100 users; three standard errors of 400 trials are .04.
    CHECK(inside >= trials * 88 / 100);
    CHECK(inside <= trials * 98 / 100);
}
