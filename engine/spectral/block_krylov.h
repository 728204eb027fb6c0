#pragma once

#include "engine/matrix/dense.h"
#include "engine/spectral/gram_operator.h"
#include "engine/support/progress.h"

namespace eckart {

/// What bounds a run of the block Krylov method.
struct BlockKrylovOptions {
    std::int64_t rank = 0;          ///< eigenpairs wanted, k
    std::int64_t block_size = 32;   ///< b, a multiple of 16
    std::int64_t max_basis = 0;     ///< columns held before a thick restart; at least k + 4 b
    std::int64_t max_products = 0;  ///< columns multiplied by G in all
    double tolerance = 1e-2;        ///< on ||A v - s u|| / s_1 of each wanted triplet, as the method estimates it
    std::uint64_t seed = 1;
};

/// An orthonormal basis of about the wanted invariant subspace.
template <class Real>
struct KrylovSubspace {
    RowMajorMatrix<Real> basis;  ///< size x k, or fewer columns if the run ended before it had so many
    std::int64_t products = 0;   ///< columns multiplied by G
    bool converged = false;      ///< by the method's own estimate; true with fewer columns only if G is exhausted
};

/// Leading eigenvectors of the Gram operator by block Lanczos with full orthogonalization and thick restart, from a
/// random start block. A space that G maps into itself is left by a new random block, and so is one in which a value
/// repeats as often as a block is wide, since a Krylov space holds no more copies of a value than it has starts.
template <class Real>
KrylovSubspace<Real> block_krylov(const GramOperator& gram, const BlockKrylovOptions& options,
                                  const Progress& progress);

}  // namespace eckart
