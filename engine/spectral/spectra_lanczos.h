#pragma once

#include <optional>
#include <string>

#include "engine/matrix/dense.h"
#include "engine/spectral/gram_operator.h"
#include "engine/support/progress.h"

namespace eckart {

/// What Spectra gave: its basis, or why there is none.
struct LanczosSubspace {
    std::optional<DenseMatrixF64> basis;  ///< size x k, orthonormal
    std::int64_t products = 0;
    std::string failure;  ///< why there is no basis
};

/// Leading k eigenvectors of the Gram operator by Spectra's implicitly restarted Lanczos; needs k < size. Its answer is
/// a proposal: for matrices of rank one Spectra 1.0.1 reports wrong ones as converged.
LanczosSubspace spectra_lanczos(const GramOperator& gram, std::int64_t rank, double tolerance,
                                std::int64_t max_products, std::uint64_t seed, const Progress& progress);

}  // namespace eckart
