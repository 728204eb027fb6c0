#pragma once

#include "engine/matrix/dense.h"

namespace eckart {

/// out = x y' for x (p x f), y (n x f), out (p x n): the dot product of every row with every row, in float32. Each is
/// summed in one order, so that a row of `out` is the same bytes alone or among others (a general matrix product does
/// not promise it). Parallel over rows of y. Throws UsageError if the shapes do not fit.
void row_products(ConstPanelRef<float> x, ConstPanelRef<float> y, PanelRef<float> out);

}  // namespace eckart
