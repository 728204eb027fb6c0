#include "engine/matrix/linear_operator.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// What every operator owes: <y, A x> = <A' y, x>, in the arithmetic of Real, for blocks of any width.
template <class Real>
void check_adjoint(const LinearOperator& a) {
    for (Eigen::Index width : {1, 3, 16, 33}) {
        CAPTURE(width);
        const auto x = random_panel<Real>(a.cols(), width, 1), y = random_panel<Real>(a.rows(), width, 2);
        RowMajorMatrix<Real> ax(a.rows(), width), aty(a.cols(), width);

        a.apply(x, ax);
        a.apply_adjoint(y, aty);

        const Eigen::MatrixXd left = y.template cast<double>().transpose() * ax.template cast<double>();
        const Eigen::MatrixXd right = aty.template cast<double>().transpose() * x.template cast<double>();
        const double scale = std::sqrt(a.squared_norm()) * x.template cast<double>().norm() *
                             y.template cast<double>().norm();  // bounds each sum; a unit of roundoff a term
        const double terms = static_cast<double>(a.rows() + a.cols());
        const double bound = scale * terms * static_cast<double>(std::numeric_limits<Real>::epsilon());
        CHECK((left - right).cwiseAbs().maxCoeff() <= bound);
    }
}

/// The operator as a dense matrix: its product with the identity.
Eigen::MatrixXd image_of_identity(const LinearOperator& a) {
    const DenseMatrixF64 identity = DenseMatrixF64::Identity(a.cols(), a.cols());
    DenseMatrixF64 image(a.rows(), a.cols());
    a.apply(identity, image);
    return image;
}

Eigen::VectorXd positive(Eigen::Index n, std::uint64_t seed) {
    return random_panel<double>(n, 1, seed).cwiseAbs().array() + 0.5;
}

}  // namespace

TEST_CASE_TEMPLATE("a sparse operator and its adjoint agree", Real, float, double) {
    for (const auto& [rows, cols] : {std::pair{60, 41}, {1, 30}, {30, 1}, {20, 300}}) {
        const CsrMatrix a = random_sparse(rows, cols, 0.2, 4), at = transposed(a);

        check_adjoint<Real>(SparseOperator(a, at));
    }
}

TEST_CASE_TEMPLATE("a centered and scaled operator and its adjoint agree", Real, float, double) {
    const CsrMatrix a = random_sparse(50, 37, 0.2, 5), at = transposed(a);
    const SparseOperator op(a, at);
    const Eigen::VectorXd means = random_panel<double>(37, 1, 6), none;

    check_adjoint<Real>(CenteredScaledOperator(op, means, none, none, 2000));
    check_adjoint<Real>(CenteredScaledOperator(op, none, positive(50, 7), positive(37, 8), 2000));
    check_adjoint<Real>(CenteredScaledOperator(op, means, positive(50, 7), positive(37, 8), 2000));
}

TEST_CASE("a sparse operator is its matrix") {
    const CsrMatrix a = random_sparse(25, 14, 0.3, 9), at = transposed(a);
    const SparseOperator op(a, at);

    CHECK(op.rows() == 25);
    CHECK(op.cols() == 14);
    CHECK(op.squared_norm() == squared_norm(a));
    CHECK(image_of_identity(op) == dense(a));
}

TEST_CASE("centering and scaling give what the explicitly centered dense matrix is") {
    const CsrMatrix a = random_sparse(30, 12, 0.3, 2), at = transposed(a);
    const Eigen::MatrixXd full = dense(a);
    const Eigen::VectorXd means = full.colwise().mean(), rows = positive(30, 3), cols = positive(12, 4);
    const Eigen::MatrixXd centered = full.rowwise() - means.transpose();
    const Eigen::MatrixXd scaled = rows.asDiagonal() * centered * cols.asDiagonal();

    const SparseOperator op(a, at);
    const CenteredScaledOperator only_centered(op, means, {}, {}, centered.squaredNorm());
    const CenteredScaledOperator both(op, means, rows, cols, scaled.squaredNorm());

    CHECK((image_of_identity(only_centered) - centered).cwiseAbs().maxCoeff() <= 1e-14);
    CHECK((image_of_identity(both) - scaled).cwiseAbs().maxCoeff() <= 1e-14);
    CHECK(both.squared_norm() == scaled.squaredNorm());
}

TEST_CASE("what does not fit an operator is refused") {
    const CsrMatrix a = random_sparse(5, 4, 0.5, 1), at = transposed(a), other = random_sparse(4, 6, 0.5, 1);
    const SparseOperator op(a, at);
    const Eigen::VectorXd three = Eigen::VectorXd::Ones(3);

    CHECK_THROWS_AS(SparseOperator(a, a), UsageError);
    CHECK_THROWS_AS(SparseOperator(a, other), UsageError);
    CHECK_THROWS_AS(CenteredScaledOperator(op, three, {}, {}, 1), UsageError);
    CHECK_THROWS_AS(CenteredScaledOperator(op, {}, three, {}, 1), UsageError);
    CHECK_THROWS_AS(CenteredScaledOperator(op, {}, {}, three, 1), UsageError);
}
