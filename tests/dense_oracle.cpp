#include "tests/dense_oracle.h"

#include <Eigen/Dense>

namespace eckart::testing {

using Eigen::MatrixXd;

OracleSvd oracle_svd(const MatrixXd& x) {
    const Eigen::JacobiSVD<MatrixXd> svd(x, Eigen::ComputeThinU | Eigen::ComputeThinV);
    return {svd.matrixU(), svd.singularValues(), svd.matrixV()};
}

Eigen::VectorXd oracle_singular_values(const MatrixXd& x) {
    return Eigen::BDCSVD<MatrixXd>(x).singularValues();
}

OracleEigen oracle_eigen(const MatrixXd& a) {
    const Eigen::SelfAdjointEigenSolver<MatrixXd> eigen(a);
    return {eigen.eigenvalues(), eigen.eigenvectors()};
}

MatrixXd oracle_solution(const MatrixXd& a, const MatrixXd& right) {
    return a.fullPivLu().solve(right);
}

MatrixXd oracle_inverse(const MatrixXd& a) {
    return oracle_solution(a, MatrixXd::Identity(a.rows(), a.cols()));
}

MatrixXd oracle_cholesky(const MatrixXd& a) {
    return a.llt().matrixL();
}

MatrixXd oracle_basis(const MatrixXd& x) {
    return x.householderQr().householderQ() * MatrixXd::Identity(x.rows(), x.cols());
}

}  // namespace eckart::testing
