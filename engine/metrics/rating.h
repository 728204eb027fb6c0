#pragma once

#include <cstdint>
#include <span>

#include "engine/metrics/significance.h"

// Measures of predicted ratings against true ones. Errors are summed by groups (those of one user), because a user's
// errors resemble each other: an interval that took each for independent would be too narrow.

namespace eckart {

/// Errors of some predictions, summed.
struct RatingErrors {
    double squared = 0;   ///< sum of (prediction - truth)^2
    double absolute = 0;  ///< sum of |prediction - truth|
    std::int64_t n = 0;   ///< predictions

    void add(double prediction, double truth);
};

/// RMSE = sqrt(1/n sum (prediction - truth)^2) over all predictions of all groups.
///
/// The 95% interval is that of a ratio of two sums over groups (Cochran, "Sampling Techniques", 3rd edition, 1977,
/// chapter 6), by its linearization: the mean square m = E / n has the variance g / (g - 1) sum over groups
/// (e - m n_g)^2 / n^2, where g counts groups. `n` of the result counts predictions. Without predictions everything is
/// 0; with one group the interval is the value.
MeanInterval root_mean_squared_error(std::span<const RatingErrors> groups);

/// MAE = 1/n sum |prediction - truth|, likewise.
MeanInterval mean_absolute_error(std::span<const RatingErrors> groups);

}  // namespace eckart
