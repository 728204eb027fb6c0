#include "engine/regression/block_conjugate_gradients.h"

#include <Eigen/Cholesky>
#include <Eigen/QR>

// Notation, as in Dubrulle's paper: R = Q C what is left of B, Q with orthonormal columns; S the block of directions;
//   X += S (S'HS)^-1 C,   Q' rho = Q - H S (S'HS)^-1,   S' = Q' + S rho',   C' = rho C

namespace eckart {
namespace {

struct ThinQr {
    Eigen::MatrixXd q;  ///< p x b, orthonormal columns
    Eigen::MatrixXd r;  ///< b x b, upper triangular
};

ThinQr thin_qr(const Eigen::MatrixXd& a) {
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(a);
    ThinQr thin;
    thin.q = Eigen::MatrixXd::Identity(a.rows(), a.cols());
    thin.q.applyOnTheLeft(qr.householderQ());
    thin.r = qr.matrixQR().topRows(a.cols()).triangularView<Eigen::Upper>();
    return thin;
}

}  // namespace

BlockSolution block_conjugate_gradients(const std::function<DenseMatrixF64(const DenseMatrixF64&)>& h,
                                        const DenseMatrixF64& b, double tolerance, std::int64_t most_steps) {
    const Eigen::RowVectorXd enough = tolerance * b.colwise().norm();
    BlockSolution solution{DenseMatrixF64::Zero(b.rows(), b.cols()), 0};
    ThinQr residual = thin_qr(b);
    Eigen::MatrixXd c = residual.r;
    DenseMatrixF64 s = residual.q;
    while (solution.steps < most_steps && !(c.colwise().norm().array() <= enough.array()).all()) {
        const DenseMatrixF64 hs = h(s);
        const Eigen::MatrixXd curvature = s.transpose() * hs;
        const Eigen::LLT<Eigen::MatrixXd> factor(curvature);
        ++solution.steps;
        if (factor.info() != Eigen::Success) return solution;  // what is left is roundoff
        solution.x.noalias() += s * factor.solve(c);
        const Eigen::MatrixXd along = hs * factor.solve(Eigen::MatrixXd::Identity(b.cols(), b.cols()));
        residual = thin_qr(residual.q - along);
        s = residual.q + s * residual.r.transpose();
        c = residual.r * c;
    }
    return solution;
}

}  // namespace eckart
