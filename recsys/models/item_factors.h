#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/completion/als.h"
#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "recsys/interface/recommender.h"
#include "recsys/models/stored_arrays.h"

// For the .cpp files of models with item factors. Not installed.

namespace eckart::recsys {

/// The offsets of items, in stores of models that have them.
inline constexpr std::string_view item_offsets_file = "item_offsets.npy";

/// Cosine of each row with row `item`; 0 where one of them is zero.
std::vector<float> cosines(const ConstMatrixMap& rows, std::int32_t item);

/// Item factors, items x f, in memory or mapped from a store.
class ItemFactors {
  public:
    explicit ItemFactors(DenseMatrix factors) : stored_(std::move(factors)) {}
    /// Maps what `save` wrote. Throws DamagedError if an item has not `factors` of them.
    ItemFactors(const StoreReader& store, std::int64_t factors);
    void save(const StoreWriter& store) const;

    /// Borrowed from this object.
    ConstMatrixMap matrix() const { return stored_.matrix(); }

    /// Cosine of each item's factors with those of `item`; 0 where one of them has none.
    std::vector<float> similar(std::int32_t item) const { return cosines(matrix(), item); }

  private:
    StoredMatrix stored_;
};

/// The profiles as rows of a matrix of `items` columns.
CsrMatrix matrix_of(std::span<const Profile> profiles, std::int64_t items);

/// The two sides of mean + b_u + c_i + x_u . y_i.
FactoredItems factored(const AlsColumns& items);
FactoredPeople factored(AlsRows people, double mean);

/// scores (people x items) := the products of the two sides. A score is the same bytes among any other items.
void score_products(const FactoredPeople& people, const FactoredItems& items, PanelRef<float> scores);

}  // namespace eckart::recsys
