#include "engine/matrix/linear_operator.h"

#include <string>
#include <utility>

#include "engine/matrix/products.h"
#include "engine/support/error.h"

namespace eckart {

SparseOperator::SparseOperator(const CsrView& a, const CsrView& at) : a_(a), at_(at) {
    if (a.rows != at.cols || a.cols != at.rows || a.nonzeros() != at.nonzeros()) {
        throw UsageError("the second matrix of a sparse operator is not the transpose of the first");
    }
}

void SparseOperator::apply(ConstPanelRef<float> x, PanelRef<float> y) const {
    multiply(a_, x, y);
}
void SparseOperator::apply(ConstPanelRef<double> x, PanelRef<double> y) const {
    multiply(a_, x, y);
}
void SparseOperator::apply_adjoint(ConstPanelRef<float> x, PanelRef<float> y) const {
    multiply(at_, x, y);
}
void SparseOperator::apply_adjoint(ConstPanelRef<double> x, PanelRef<double> y) const {
    multiply(at_, x, y);
}

CenteredScaledOperator::CenteredScaledOperator(const LinearOperator& a, Eigen::VectorXd column_means,
                                               Eigen::VectorXd row_scale, Eigen::VectorXd column_scale,
                                               double squared_norm)
    : a_(a),
      column_means_(std::move(column_means)),
      row_scale_(std::move(row_scale)),
      column_scale_(std::move(column_scale)),
      squared_norm_(squared_norm) {
    const auto check = [](const Eigen::VectorXd& given, std::int64_t wanted, const char* what) {
        if (given.size() != 0 && given.size() != wanted) {
            throw UsageError(std::string(what) + " has " + std::to_string(given.size()) + " entries, not " +
                             std::to_string(wanted));
        }
    };
    check(column_means_, a.cols(), "the vector of column means");
    check(row_scale_, a.rows(), "the row scale");
    check(column_scale_, a.cols(), "the column scale");
}

template <class Real>
void CenteredScaledOperator::apply_in(ConstPanelRef<Real> x, PanelRef<Real>& y) const {
    RowMajorMatrix<Real> scaled;
    if (column_scale_.size() != 0) scaled = column_scale_.cast<Real>().asDiagonal() * x;
    ConstPanelRef<Real> ex =
        column_scale_.size() != 0 ? Eigen::Ref<const RowMajorMatrix<Real>, 0, Eigen::OuterStride<>>(scaled) : x;
    a_.apply(ex, y);
    if (column_means_.size() != 0) y.rowwise() -= column_means_.cast<Real>().transpose() * ex;  // (A - 1 mu') E x
    if (row_scale_.size() != 0) y.array().colwise() *= row_scale_.cast<Real>().array();
}

template <class Real>
void CenteredScaledOperator::apply_adjoint_in(ConstPanelRef<Real> x, PanelRef<Real>& y) const {
    RowMajorMatrix<Real> scaled;
    if (row_scale_.size() != 0) scaled = row_scale_.cast<Real>().asDiagonal() * x;
    ConstPanelRef<Real> dx =
        row_scale_.size() != 0 ? Eigen::Ref<const RowMajorMatrix<Real>, 0, Eigen::OuterStride<>>(scaled) : x;
    a_.apply_adjoint(dx, y);
    if (column_means_.size() != 0) y.noalias() -= column_means_.cast<Real>() * dx.colwise().sum();  // (A' - mu 1') D x
    if (column_scale_.size() != 0) y.array().colwise() *= column_scale_.cast<Real>().array();
}

void CenteredScaledOperator::apply(ConstPanelRef<float> x, PanelRef<float> y) const {
    apply_in<float>(x, y);
}
void CenteredScaledOperator::apply(ConstPanelRef<double> x, PanelRef<double> y) const {
    apply_in<double>(x, y);
}
void CenteredScaledOperator::apply_adjoint(ConstPanelRef<float> x, PanelRef<float> y) const {
    apply_adjoint_in<float>(x, y);
}
void CenteredScaledOperator::apply_adjoint(ConstPanelRef<double> x, PanelRef<double> y) const {
    apply_adjoint_in<double>(x, y);
}

}  // namespace eckart
