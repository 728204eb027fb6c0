#pragma once

#include <cstdint>
#include <span>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/factorized_matrix.h"

// The one scale on which every factorization is measured: how far a product of two small matrices is
// from the matrix itself. Whatever found the factors, these read the data and the factors alone, in float64; so the
// figure is that of the factors as they are stored, rounded to float32.
//
// For a dense X each entry of the difference is computed. For a sparse X a row's error is the sum over stored entries
// of (x - p)^2 - p^2 plus |p|^2 = z (W W') z', for its approximation p = z W: nnz k + m k^2 operations rather than
// m n k. Where the sum turns out so small that it has lost digits, the difference is computed after all, in dense
// blocks of a few megabytes. X itself is never made dense, and the bytes do not depend on the threads.
//
// All throw UsageError if the shapes do not fit, and where the error is not finite, as with NaN among the values.

namespace eckart {

/// ||X - 1 mu' - Z W||^2 for X (m x n), Z (m x k), W (k x n) and mu (n), which may be left out for 0.
double reconstruction_error(ConstPanelRef<float> x, ConstPanelRef<float> z, ConstPanelRef<float> w,
                            const Eigen::VectorXd& mean = {});
double reconstruction_error(const CsrView& x, ConstPanelRef<float> z, ConstPanelRef<float> w,
                            const Eigen::VectorXd& mean = {});

/// The same for what x.dense(), with its offset, or x.sparse() gives: of a dense X what is factorized, of a sparse one
/// X itself, whose shift stands in the mean.
double reconstruction_error(const FactorizedMatrix& x, ConstPanelRef<float> z, ConstPanelRef<float> w,
                            const Eigen::VectorXd& mean = {});

/// ||X - Z W||^2 where row i of Z is the unit vector of labels[i]: k-means, each row against its centroid.
double reconstruction_error(ConstPanelRef<float> x, std::span<const std::int32_t> labels, ConstPanelRef<float> w);
double reconstruction_error(const CsrView& x, std::span<const std::int32_t> labels, ConstPanelRef<float> w);
/// The same for what x.dense(), without its offset, or x.sparse() gives.
double reconstruction_error(const FactorizedMatrix& x, std::span<const std::int32_t> labels, ConstPanelRef<float> w);

}  // namespace eckart
