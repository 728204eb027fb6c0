#pragma once

#include <cstdint>
#include <functional>

#include "engine/matrix/dense.h"

// For methods with large linear systems. Not installed.

namespace eckart {

/// A linear map of matrices of one shape.
using PanelMap = std::function<DenseMatrixF64(const DenseMatrixF64&)>;

struct ConjugateGradientOptions {
    std::int64_t steps = 1000;  ///< bound
    double tolerance = 0;       ///< ends where sqrt(tr R'M R) is this part of sqrt(tr B'M B), R being what is left of B
};

/// Solves H X = B from `x` on, for a symmetric positive semidefinite map H of matrices (their inner product is tr X'Y),
/// by conjugate gradients preconditioned by the symmetric positive definite map M (Saad, "Iterative methods for sparse
/// linear systems", 2nd edition, algorithm 9.1). Returns the number of steps, each of which lowers
/// tr X'H(X) / 2 - tr X'B. Same bytes for any number of threads, if H and M have.
std::int64_t conjugate_gradients(const PanelMap& h, const PanelMap& m, const DenseMatrixF64& b,
                                 const ConjugateGradientOptions& options, DenseMatrixF64& x);

/// tr X'Y, in blocks of rows that are added in order.
double inner_product(const DenseMatrixF64& x, const DenseMatrixF64& y);

}  // namespace eckart
