#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart::recsys {

/// Ratings in units of their own spread, so that options mean the same on any scale: a model of ratings times ten is
/// the model times ten. Models learn from `view()`; what they learned is taken back into the unit of the ratings by
/// `out_of` and `factors_out_of`, and what they go on from is brought into it.
///
/// With d the spread, mean and offsets are those of the ratings divided by d, and vectors, whose products are ratings,
/// by sqrt(d). A regularization lambda of vectors here is one of lambda d there; that of offsets is the same.
class RatingUnits {
  public:
    /// Holds a copy of the values; the structure is borrowed.
    explicit RatingUnits(const CsrView& ratings);

    CsrView view() const {
        return {ratings_.rows, ratings_.cols, ratings_.row_offsets, ratings_.column_indices, values_};
    }

    /// d, the standard deviation of the ratings; 1 where all are equal.
    double spread() const { return spread_; }

    void out_of(std::span<float> offsets) const;
    void into(std::span<float> offsets) const;
    void factors_out_of(DenseMatrix& factors) const;
    void factors_into(DenseMatrix& factors) const;

  private:
    CsrView ratings_;
    double spread_;
    std::vector<float> values_;
};

/// Bytes of the copy.
inline std::uint64_t rating_units_memory(std::int64_t ratings) {
    return sizeof(float) * static_cast<std::uint64_t>(ratings);
}

}  // namespace eckart::recsys
