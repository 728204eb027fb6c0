#pragma once

#include <cstdint>
#include <memory>
#include <variant>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"

namespace eckart {

/// A matrix X (m x n) as methods that approximate it see it: dense or sparse, itself or centered (X - 1 mu', mu its
/// column means). A sparse matrix is never made dense: its means are subtracted in products. A dense one may be given
/// as R with X = R + 1 o', o in float64, so that columns far from zero keep the digits that tell their rows apart.
class FactorizedMatrix {
  public:
    /// Takes X over, or R if there is an `offset` o (n, or empty for 0). Throws UsageError if the offset does not fit
    /// or X is sparse and has one, and as `transposed` does.
    FactorizedMatrix(std::variant<DenseMatrix, CsrMatrix> x, bool centered, Eigen::VectorXd offset = {});
    FactorizedMatrix(FactorizedMatrix&&) = default;
    ~FactorizedMatrix();

    std::int64_t rows() const { return plain_->rows(); }
    std::int64_t cols() const { return plain_->cols(); }
    /// Stored entries of a sparse matrix, all entries of a dense one.
    std::int64_t entries() const { return is_sparse() ? sparse().nonzeros() : rows() * cols(); }
    bool is_sparse() const { return std::holds_alternative<CsrMatrix>(x_); }
    bool is_centered() const { return centered_; }

    /// Ask for what `is_sparse` says. The dense matrix is R, or centered if `is_centered`, the sparse one never is.
    const DenseMatrix& dense() const { return std::get<DenseMatrix>(x_); }
    /// What is factorized less `dense`, in each row: o, or empty if there is none or it is centered.
    const Eigen::VectorXd& offset() const { return offset_; }
    CsrView sparse() const { return std::get<CsrMatrix>(x_); }
    /// Column means of what `dense` or `sparse` gives, n.
    const Eigen::VectorXd& means() const { return means_; }
    /// What products subtract from each row of `sparse`: the means if `is_centered`. Empty where nothing is left to
    /// subtract.
    Eigen::VectorXd shift() const;

    const LinearOperator& matrix() const;  ///< what is factorized
    const LinearOperator& centered_matrix() const { return *centered_operator_; }
    /// Squared norm of each column of what is factorized, n.
    Eigen::VectorXd squared_column_norms() const;

    std::uint64_t bytes() const;  ///< that X, and its transpose if it is sparse, take

  private:
    bool centered_;
    std::variant<DenseMatrix, CsrMatrix> x_;
    Eigen::VectorXd offset_;
    CsrMatrix transpose_;
    Eigen::VectorXd means_;
    std::unique_ptr<LinearOperator> plain_;
    std::unique_ptr<LinearOperator> centered_operator_;
};

/// Bytes that a FactorizedMatrix made of `x` holds: x itself, and the transpose of a sparse one.
std::uint64_t factorized_matrix_memory(const std::variant<DenseMatrix, CsrMatrix>& x);

/// matrix -= 1 row', each difference taken in float64.
void subtract_from_rows(const Eigen::VectorXd& row, DenseMatrix& matrix);

}  // namespace eckart
