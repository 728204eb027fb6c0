#pragma once

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// What a factorization sees of a matrix A: its shape, its norm, and its products with blocks of vectors. So PCA
/// centers and LSI weights without a dense matrix, and rows may live on other machines.
class LinearOperator {
  public:
    virtual ~LinearOperator() = default;

    virtual std::int64_t rows() const = 0;
    virtual std::int64_t cols() const = 0;
    /// ||A||^2, Frobenius.
    virtual double squared_norm() const = 0;

    /// y = A x; x is cols x b, y is rows x b.
    virtual void apply(ConstPanelRef<float> x, PanelRef<float> y) const = 0;
    virtual void apply(ConstPanelRef<double> x, PanelRef<double> y) const = 0;
    /// y = A' x; x is rows x b, y is cols x b.
    virtual void apply_adjoint(ConstPanelRef<float> x, PanelRef<float> y) const = 0;
    virtual void apply_adjoint(ConstPanelRef<double> x, PanelRef<double> y) const = 0;
};

/// A sparse matrix with its stored transpose; borrows both.
class SparseOperator final : public LinearOperator {
  public:
    /// Throws UsageError if `at` has not the shape of the transpose of `a`.
    SparseOperator(const CsrView& a, const CsrView& at);

    std::int64_t rows() const override { return a_.rows; }
    std::int64_t cols() const override { return a_.cols; }
    double squared_norm() const override { return eckart::squared_norm(a_); }
    void apply(ConstPanelRef<float> x, PanelRef<float> y) const override;
    void apply(ConstPanelRef<double> x, PanelRef<double> y) const override;
    void apply_adjoint(ConstPanelRef<float> x, PanelRef<float> y) const override;
    void apply_adjoint(ConstPanelRef<double> x, PanelRef<double> y) const override;

  private:
    CsrView a_;
    CsrView at_;
};

/// D (A - 1 mu') E with diagonal D (row scale) and E (column scale): centering and scaling of an operator that it
/// borrows. Columns are centered first, so mu is in the units of A.
class CenteredScaledOperator final : public LinearOperator {
  public:
    /// An empty vector stands for no centering or no scaling. `squared_norm` is that of the result, which the caller
    /// knows (for plain centering ||A||^2 - rows |mu|^2). Throws UsageError if a length does not fit.
    CenteredScaledOperator(const LinearOperator& a, Eigen::VectorXd column_means, Eigen::VectorXd row_scale,
                           Eigen::VectorXd column_scale, double squared_norm);

    std::int64_t rows() const override { return a_.rows(); }
    std::int64_t cols() const override { return a_.cols(); }
    double squared_norm() const override { return squared_norm_; }
    void apply(ConstPanelRef<float> x, PanelRef<float> y) const override;
    void apply(ConstPanelRef<double> x, PanelRef<double> y) const override;
    void apply_adjoint(ConstPanelRef<float> x, PanelRef<float> y) const override;
    void apply_adjoint(ConstPanelRef<double> x, PanelRef<double> y) const override;

  private:
    template <class Real>
    void apply_in(ConstPanelRef<Real> x, PanelRef<Real>& y) const;
    template <class Real>
    void apply_adjoint_in(ConstPanelRef<Real> x, PanelRef<Real>& y) const;

    const LinearOperator& a_;
    Eigen::VectorXd column_means_;
    Eigen::VectorXd row_scale_;
    Eigen::VectorXd column_scale_;
    double squared_norm_;
};

}  // namespace eckart
