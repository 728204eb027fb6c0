#include "engine/matrix/dense_algebra.h"

#include <Eigen/Cholesky>

namespace eckart {

using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd solve_semidefinite(const MatrixXd& a, const VectorXd& right) {
    return a.ldlt().solve(right);
}

MatrixXd solve_semidefinite(const MatrixXd& a, const MatrixXd& right) {
    return a.ldlt().solve(right);
}

VectorXd solve_definite(const MatrixXd& a, const VectorXd& right) {
    return a.llt().solve(right);
}

MatrixXd inverse_of_definite(const MatrixXd& a) {
    return a.llt().solve(MatrixXd::Identity(a.rows(), a.cols()));
}

CholeskyFactor cholesky(const MatrixXd& a) {
    const Eigen::LLT<MatrixXd> factor(a);
    return {factor.matrixL(), factor.info() == Eigen::Success};
}

VectorXd solve_transposed_lower(const MatrixXd& lower, const VectorXd& right) {
    return lower.transpose().triangularView<Eigen::Upper>().solve(right);
}

MatrixXd inverse_of_transposed_lower(const MatrixXd& lower) {
    return lower.transpose().triangularView<Eigen::Upper>().solve(MatrixXd::Identity(lower.rows(), lower.cols()));
}

VectorXd solve_upper(const MatrixXd& upper, const VectorXd& right) {
    return upper.triangularView<Eigen::Upper>().solve(right);
}

VectorXd solve_transposed_upper(const MatrixXd& upper, const VectorXd& right) {
    return upper.transpose().triangularView<Eigen::Lower>().solve(right);
}

MatrixXd inverse_of_upper(const MatrixXd& upper) {
    return upper.triangularView<Eigen::Upper>().solve(MatrixXd::Identity(upper.rows(), upper.cols()));
}

}  // namespace eckart
