#pragma once

#include <cstdint>

#include "engine/matrix/dense.h"
#include "engine/support/progress.h"

namespace eckart {

/// Puts the inverse of a symmetric positive definite matrix in its place: reads the lower triangle, writes both.
///
/// Gauss-Jordan elimination by blocks of rows, without pivoting, which positive definite matrices do not need (Higham,
/// "Accuracy and Stability of Numerical Algorithms", 2nd edition, chapter 14). It does the n^3 operations of a Cholesky
/// factorization and an inverse in one loop whose every step updates the whole triangle, so that it runs on all threads
/// at the speed of a matrix product from the first step to the last; the bytes do not depend on the threads. The error,
/// relative to the inverse's norm, is a small multiple of n roundoff cond(A).
///
/// Holds one panel of n x 256 beside the matrix. Answers false, and leaves the matrix without meaning, if it is not
/// positive definite to the precision at hand. Throws UsageError if it is not square.
[[nodiscard]] bool invert_positive_definite(PanelRef<float> matrix, const Progress& progress = {});
[[nodiscard]] bool invert_positive_definite(PanelRef<double> matrix, const Progress& progress = {});

}  // namespace eckart
