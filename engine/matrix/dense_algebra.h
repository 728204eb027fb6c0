#pragma once

#include <Eigen/Core>

namespace eckart {

// Solutions of small dense systems in float64, n x n with n numbers or columns on the right. They are Eigen's, compiled
// in one place, because their templates take longer to compile than most files that need one. One thread each.

/// The x of a x = right for a symmetric a without negative eigenvalues, by L D L' with pivoting. Reads the lower
/// triangle.
Eigen::VectorXd solve_semidefinite(const Eigen::MatrixXd& a, const Eigen::VectorXd& right);
Eigen::MatrixXd solve_semidefinite(const Eigen::MatrixXd& a, const Eigen::MatrixXd& right);

/// The same for a positive definite a, by Cholesky.
Eigen::VectorXd solve_definite(const Eigen::MatrixXd& a, const Eigen::VectorXd& right);
Eigen::MatrixXd inverse_of_definite(const Eigen::MatrixXd& a);

/// a = L L'. Where a is not positive definite, L is only as far right as the elimination came.
struct CholeskyFactor {
    Eigen::MatrixXd lower;
    bool positive_definite;
};

CholeskyFactor cholesky(const Eigen::MatrixXd& a);

/// The x of L' x = right for a lower triangular L.
Eigen::VectorXd solve_transposed_lower(const Eigen::MatrixXd& lower, const Eigen::VectorXd& right);
Eigen::MatrixXd inverse_of_transposed_lower(const Eigen::MatrixXd& lower);

/// The x of U x = right, and of U' x = right, for an upper triangular U.
Eigen::VectorXd solve_upper(const Eigen::MatrixXd& upper, const Eigen::VectorXd& right);
Eigen::VectorXd solve_transposed_upper(const Eigen::MatrixXd& upper, const Eigen::VectorXd& right);
Eigen::MatrixXd inverse_of_upper(const Eigen::MatrixXd& upper);

}  // namespace eckart
