#pragma once

#include <cstdint>
#include <span>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// The normal equations of a weighted ridge regression on a sparse matrix, with the intercept eliminated:
///
///     G = (A - 1 mu')' D (A - 1 mu') + lambda I,     mu = A' d / s,     s = sum of d
///
/// where A is n x p and D = diag(d) has the weights of the rows. A is never centered itself. Borrows A.
class RidgeSystem {
  public:
    /// `weights` has one a row of `a`, or is empty: 1 each. Throws UsageError if their number does not fit, if one is
    /// not positive and finite, if `a` is no sparse matrix, has no rows, no columns or a value that is not finite.
    RidgeSystem(const CsrView& a, std::span<const float> weights);

    std::int64_t rows() const { return a_.rows; }
    std::int64_t cols() const { return a_.cols; }
    const CsrView& matrix() const { return a_; }
    CsrView transpose() const { return transposed_; }        ///< A', p x n
    const Eigen::VectorXd& weights() const { return d_; }    ///< d, n
    double total() const { return d_.sum(); }                ///< s
    const Eigen::RowVectorXd& means() const { return mu_; }  ///< mu, p

    /// Squared norms of the columns of D^(1/2) (A - 1 mu'): the diagonal of G without lambda.
    const Eigen::VectorXd& column_norms() const { return diagonal_; }

    DenseMatrixF64 centered_products(const DenseMatrixF64& x) const;     ///< (A - 1 mu') X, n x b, for X p x b
    DenseMatrixF64 weighted_adjoint(const DenseMatrixF64& y) const;      ///< (A - 1 mu')' D Y, p x b, for Y n x b
    DenseMatrixF64 apply(double lambda, const DenseMatrixF64& x) const;  ///< G X

  private:
    CsrView a_;
    CsrMatrix transposed_;
    Eigen::VectorXd d_;
    Eigen::RowVectorXd mu_;
    Eigen::VectorXd diagonal_;
};

}  // namespace eckart
