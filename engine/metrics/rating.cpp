#include "engine/metrics/rating.h"

#include <algorithm>
#include <cmath>

namespace eckart {
namespace {

constexpr double normal_quantile = 1.959963984540054;  // of .975

/// Mean of a sum over all predictions, with its interval.
MeanInterval ratio(std::span<const RatingErrors> groups, double RatingErrors::*sum) {
    double total = 0;
    MeanInterval interval;
    for (const RatingErrors& group : groups) {
        total += group.*sum;
        interval.n += group.n;
    }
    if (interval.n == 0) return interval;
    const auto n = static_cast<double>(interval.n), g = static_cast<double>(groups.size());
    interval.mean = total / n;

    double squares = 0;
    for (const RatingErrors& group : groups) {
        const double residual = group.*sum - interval.mean * static_cast<double>(group.n);
        squares += residual * residual;
    }
    const double half = groups.size() < 2 ? 0 : normal_quantile * std::sqrt(g / (g - 1) * squares) / n;
    interval.low = std::max(0.0, interval.mean - half);
    interval.high = interval.mean + half;
    return interval;
}

}  // namespace

void RatingErrors::add(double prediction, double truth) {
    const double error = prediction - truth;
    squared += error * error;
    absolute += std::abs(error);
    ++n;
}

MeanInterval root_mean_squared_error(std::span<const RatingErrors> groups) {
    const MeanInterval square = ratio(groups, &RatingErrors::squared);
    return {std::sqrt(square.mean), std::sqrt(square.low), std::sqrt(square.high), square.n};
}

MeanInterval mean_absolute_error(std::span<const RatingErrors> groups) {
    return ratio(groups, &RatingErrors::absolute);
}

}  // namespace eckart
