#pragma once

#include <Eigen/Core>

namespace eckart {

/// Dense matrices are row-major: a row is what belongs to one document, term, user or item, and a sparse product that
/// gathers rows reads them whole.
template <class Real>
using RowMajorMatrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

using DenseMatrix = RowMajorMatrix<float>;
using DenseMatrixF64 = RowMajorMatrix<double>;

/// A float32 matrix that somebody else owns, for example one that is mapped from disk.
using ConstMatrixMap = Eigen::Map<const DenseMatrix>;

/// Borrowed block of vectors (a column is a vector); rows may be further apart than their length.
template <class Real>
using PanelRef = Eigen::Ref<RowMajorMatrix<Real>, 0, Eigen::OuterStride<>>;
template <class Real>
using ConstPanelRef = const Eigen::Ref<const RowMajorMatrix<Real>, 0, Eigen::OuterStride<>>&;

}  // namespace eckart
