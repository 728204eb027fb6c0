#include "recsys/models/rating_units.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace eckart::recsys {
namespace {

/// What roundoff leaves of the spread of ratings that are all equal, in parts of the largest.
constexpr double no_spread = 1e-6;

/// The root mean square of r - mean, or 1 where that is but roundoff.
double spread_of_ratings(std::span<const float> ratings) {
    if (ratings.empty()) return 1;
    const auto count = static_cast<double>(ratings.size());
    const double mean = std::accumulate(ratings.begin(), ratings.end(), 0.0) / count;
    double squares = 0, largest = 0;
    for (const float rating : ratings) {
        const double value = rating;
        squares += (value - mean) * (value - mean);
        largest = std::max(largest, std::abs(value));
    }
    const double spread = std::sqrt(squares / count);
    return spread > no_spread * largest ? spread : 1;
}

void multiply(std::span<float> values, double factor) {
    for (float& value : values) value = static_cast<float>(value * factor);
}

}  // namespace

RatingUnits::RatingUnits(const CsrView& ratings)
    : ratings_(ratings),
      spread_(spread_of_ratings(ratings.values)),
      values_(ratings.values.begin(), ratings.values.end()) {
    multiply(values_, 1 / spread_);
}

void RatingUnits::out_of(std::span<float> offsets) const {
    multiply(offsets, spread_);
}

void RatingUnits::into(std::span<float> offsets) const {
    multiply(offsets, 1 / spread_);
}

void RatingUnits::factors_out_of(DenseMatrix& factors) const {
    factors *= static_cast<float>(std::sqrt(spread_));
}

void RatingUnits::factors_into(DenseMatrix& factors) const {
    factors *= static_cast<float>(1 / std::sqrt(spread_));
}

}  // namespace eckart::recsys
