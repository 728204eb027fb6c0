#pragma once

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// Puts the lower triangle of X'X, with the diagonal, into `gram` (X.cols x X.cols); what is above the diagonal is left
/// as it was.
///
/// Gram matrices of ratings are nearly dense, so that adding into a dense row beats any sparse product. A row of the
/// result is one column j of X: the stored entries left of j in every row of X that has j, added in the order of the
/// rows, in float64 (or as whole numbers, where all values are 1, which is the same). So the bytes do not depend on the
/// threads.
///
/// Costs half the sum of the squared row lengths; memory 12 bytes a nonzero. Throws UsageError if the shape does not
/// fit.
void gram_lower(const CsrView& x, PanelRef<float> gram);
void gram_lower(const CsrView& x, PanelRef<double> gram);

/// What gram_lower holds beside its result, in bytes.
std::uint64_t gram_memory(std::int64_t cols, std::int64_t nonzeros);

}  // namespace eckart
