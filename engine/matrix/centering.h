#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"

// Column means and what stands around them. Sums are float64, added in an order that does not depend on the threads.
// A value that is not finite shows in the means, which are then not finite either.

namespace eckart {

/// mu, the mean of each column of X (m x n); zeros if there are no rows. Entries that are not stored count as 0.
Eigen::VectorXd column_means(ConstPanelRef<float> x);
Eigen::VectorXd column_means(const CsrView& x);

/// ||X - 1 mu'||^2, each difference squared: exact where ||X||^2 - m |mu|^2 would lose its digits.
double centered_squared_norm(ConstPanelRef<float> x, const Eigen::VectorXd& means);
double centered_squared_norm(const CsrView& x, const Eigen::VectorXd& means);

/// (X - 1 mu')' (X - 1 mu'), n x n, in float64 from the difference on. Costs m n^2 operations at the rate of dsyrk and
/// dgemm; memory 8 n^2 bytes, and 16 MB of partial sums. Throws UsageError if the means do not fit.
Eigen::MatrixXd centered_gram(ConstPanelRef<float> x, const Eigen::VectorXd& means);

/// X - 1 mu' for a dense X, which it borrows. A block of rows at a time is centered in float64 before it is rounded, so
/// that large means cost no digits. Empty means stand for 0.
class CenteredDenseOperator final : public LinearOperator {
  public:
    /// Throws UsageError if the means do not fit.
    explicit CenteredDenseOperator(ConstPanelRef<float> x, Eigen::VectorXd means = {});

    std::int64_t rows() const override { return x_.rows(); }
    std::int64_t cols() const override { return x_.cols(); }
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

    Eigen::Map<const DenseMatrix, 0, Eigen::OuterStride<>> x_;
    Eigen::VectorXd means_;
    double squared_norm_;
};

}  // namespace eckart
