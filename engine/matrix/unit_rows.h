#pragma once

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// Scales each row to length 1, by norms in float64; a row no longer than `least` becomes zeros. In parallel, the same
/// bytes for any number of threads.
void scale_to_unit(PanelRef<float> rows, double least = 0);

/// A copy of x whose rows have length 1; rows of zeros stay.
DenseMatrix unit_rows(ConstPanelRef<float> x);
CsrMatrix unit_rows(const CsrView& x);

}  // namespace eckart
