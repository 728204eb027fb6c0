#pragma once

#include <Eigen/Core>

namespace eckart::testing {

// Dense decompositions by Eigen in float64, to compare ours with. They are compiled once for all tests, since their
// templates take longer to compile than most tests do.

/// x = u diag(values) v', values descending; u and v have as many columns as the smaller side of x.
struct OracleSvd {
    Eigen::MatrixXd u;
    Eigen::VectorXd values;
    Eigen::MatrixXd v;
};

/// By one-sided Jacobi rotations.
OracleSvd oracle_svd(const Eigen::MatrixXd& x);

/// The singular values alone, descending, by bidiagonalization and division: for matrices of hundreds of columns.
Eigen::VectorXd oracle_singular_values(const Eigen::MatrixXd& x);

/// a = vectors diag(values) vectors' of a symmetric matrix, values ascending.
struct OracleEigen {
    Eigen::VectorXd values;
    Eigen::MatrixXd vectors;
};

OracleEigen oracle_eigen(const Eigen::MatrixXd& a);

/// The x of a x = right, by elimination with full pivoting.
Eigen::MatrixXd oracle_solution(const Eigen::MatrixXd& a, const Eigen::MatrixXd& right);
Eigen::MatrixXd oracle_inverse(const Eigen::MatrixXd& a);

/// The lower triangular l of a = l l'.
Eigen::MatrixXd oracle_cholesky(const Eigen::MatrixXd& a);

/// An orthonormal basis of the columns of x, of which there are no more than rows.
Eigen::MatrixXd oracle_basis(const Eigen::MatrixXd& x);

}  // namespace eckart::testing
