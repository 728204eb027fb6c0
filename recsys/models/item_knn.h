#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// `item-knn`: the nearest items of each item by the likes that they share (engine/neighbors/column_neighbors.h): the
/// cosine with shrinkage, and with --user-power 0.5 the normalized item-item product.
ModelKind item_knn_kind();

}  // namespace eckart::recsys
