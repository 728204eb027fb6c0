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

}  // namespace eckart
