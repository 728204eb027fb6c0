#pragma once

#include <cstdint>
#include <functional>

#include "engine/matrix/dense.h"

// For regressions with several targets. Not installed.

namespace eckart {

struct BlockSolution {
    DenseMatrixF64 x;    ///< p x b
    std::int64_t steps;  ///< done, each one product with H
};

/// Solves H X = B (p x b) for a symmetric positive definite map H of p x b matrices that acts on each column alike,
/// until each column of what is left of B is at most `tolerance` times as long as that of B, or after `most_steps`.
///
/// Block conjugate gradients: all columns search the space that they span together, so that a block takes fewer
/// products than its columns one by one (O'Leary, "The block conjugate gradient algorithm and related methods", Linear
/// Algebra and its Applications 29, 1980). Residuals are kept as orthonormal columns times a small matrix, which does
/// not break down where they come to depend on each other (Dubrulle, "Retooling the method of block conjugate
/// gradients", Electronic Transactions on Numerical Analysis 12, 2001). Needs b <= p. Holds five p x b matrices.
BlockSolution block_conjugate_gradients(const std::function<DenseMatrixF64(const DenseMatrixF64&)>& h,
                                        const DenseMatrixF64& b, double tolerance, std::int64_t most_steps);

}  // namespace eckart
