#pragma once

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// y = A x for a block of vectors: x is cols x b, y is rows x b, row-major, any b >= 1.
///
/// Each row of y is summed in the order of A's row, so the bytes do not depend on the threads. For A' x multiply by
/// `transposed(a)`: a stored transpose costs 8 bytes a nonzero and needs no atomics.
///
/// Costs 2 nnz b flops and reads 8 nnz + sizeof(Real) nnz b bytes, the latter from the cache that holds x.
/// Throws UsageError if the shapes do not fit.
void multiply(const CsrView& a, ConstPanelRef<float> x, PanelRef<float> y);
void multiply(const CsrView& a, ConstPanelRef<double> x, PanelRef<double> y);

}  // namespace eckart
