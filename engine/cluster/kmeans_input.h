#pragma once

#include <cstdint>
#include <span>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

// What every way into k-means asks of its input; each throws UsageError.

/// Rows and columns, and fewer than 2^31 rows; a sparse matrix must be valid.
void check_matrix(ConstPanelRef<float> x);
void check_matrix(const CsrView& x);

/// One weight a row or none, finite and >= 0.
void check_weights(std::span<const float> weights, std::int64_t rows);

/// As many rows of positive weight as clusters.
void check_counts(std::span<const float> weights, std::int64_t rows, std::int64_t clusters);

/// Centroids for rows of `cols` columns, whose entries are finite and can be squared.
void check_centroids(ConstPanelRef<float> centroids, std::int64_t cols);

}  // namespace eckart
