#pragma once

#include <Eigen/Core>

namespace eckart {

/// Eigenvalues, largest first, and orthonormal eigenvectors (columns in the same order) of a symmetric matrix.
struct SymmetricEigen {
    Eigen::VectorXd values;
    Eigen::MatrixXd vectors;
};

/// All eigenpairs by LAPACK's divide and conquer (dsyevd); reads the lower triangle. Throws UsageError if the matrix is
/// not square, holds a value that is not finite, or is of an order above 32000.
SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& matrix);

/// The `count` eigenpairs of largest value (all, if there are fewer) by LAPACK's relatively robust representations
/// (dstemr); a third of them cost half of what all cost. Reads the lower triangle and throws as above.
SymmetricEigen leading_eigenpairs(const Eigen::MatrixXd& matrix, Eigen::Index count);

}  // namespace eckart
