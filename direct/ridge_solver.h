#pragma once

#include <memory>

#include "engine/regression/ridge_map.h"

// Sparse direct solves by SuiteSparse. A binary that is linked with this component is under the GPL: see NOTICE.md.

namespace eckart::direct {

/// Which factor of the system is made.
enum class Factor {
    cholesky,  ///< G = L L' by CHOLMOD, with a fill-reducing order
    qr         ///< of the rows of D^(1/2) A and sqrt(lambda) I by SPQR: never forms G, so that small lambdas lose less
};

/// Solves the systems of a ridge regression from a sparse factor, and finds all leverages from it. The intercept is
/// kept as one more column of ones without penalty, so that A is never centered. The order of elimination is found
/// once, and each lambda costs a factorization, whose fill depends on which attributes occur together. Borrows the
/// system.
///
/// `solve` and `row_energies` throw UsageError if the factor cannot be made: lambda is so small that G is singular to
/// roundoff.
std::unique_ptr<RidgeSolver> ridge_solver(const RidgeSystem& system, Factor factor = Factor::cholesky);

/// Nonzeros of the Cholesky factor of G, counted without making it: what decides between this and iterations.
double factor_nonzeros(const RidgeSystem& system);

/// Whether a lambda takes at most about a second with factors and exact leave-one-out: n times the nonzeros of the
/// factor are at most 5e9, by bench_ridge in tools/bench. Beyond, iterations with generalized leave-one-out are the
/// faster way: 0.7 s against 3.1 s for 5000 rows and a factor of 3.3 million.
bool is_fast(const RidgeSystem& system);

}  // namespace eckart::direct
