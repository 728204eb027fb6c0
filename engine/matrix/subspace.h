#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "engine/matrix/dense.h"

namespace eckart {

/// Orthonormal columns that span what the columns of `a` (n x p) span, n x r: r is p, or less where columns depend on
/// each other to 1e-7. Where nothing depends, they are those nearest to the columns of `a` after scaling these to
/// length 1 (the polar factor). Two passes of float64; the same bytes for any number of threads.
///
/// Throws UsageError if a value is not finite.
DenseMatrixF64 orthonormal_basis(ConstPanelRef<double> a);

/// The principal angles between the spans of the columns of a (n x p) and b (n x q), in radians, ascending: as many as
/// the smaller of the two dimensions. All are 0 if the one span holds the other; the last is pi / 2 if some direction
/// of the smaller is orthogonal to all of the larger.
///
/// From sines where the angle is small and from cosines where it is large, each good to 1e-8 (Björck and Golub,
/// "Numerical methods for computing angles between linear subspaces", Mathematics of Computation 27, 1973; Knyazev and
/// Argentati, SIAM Journal on Scientific Computing 23, 2002). Throws UsageError if the rows differ in number or a value
/// is not finite.
Eigen::VectorXd principal_angles(ConstPanelRef<double> a, ConstPanelRef<double> b);
Eigen::VectorXd principal_angles(ConstPanelRef<float> a, ConstPanelRef<float> b);

/// Bytes that finding the angles between n x p and n x q holds at most beside both: each in float64, an orthonormal
/// basis of each, and what one leaves of the other.
std::uint64_t principal_angles_memory(std::int64_t n, std::int64_t p, std::int64_t q);

}  // namespace eckart
