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
/// column means). A sparse matrix is never made dense: its means are subtracted in products.
class FactorizedMatrix {
  public:
    /// Takes X over. Throws as `transposed` does where X is sparse.
    FactorizedMatrix(std::variant<DenseMatrix, CsrMatrix> x, bool centered);
    ~FactorizedMatrix();

    std::int64_t rows() const { return plain_->rows(); }
    std::int64_t cols() const { return plain_->cols(); }
    /// Stored entries of a sparse matrix, all entries of a dense one.
    std::int64_t entries() const { return is_sparse() ? sparse().nonzeros() : rows() * cols(); }
    bool is_sparse() const { return std::holds_alternative<CsrMatrix>(x_); }
    bool is_centered() const { return centered_; }

    /// Ask for what `is_sparse` says. The dense matrix is centered if `is_centered`, the sparse one never.
    const DenseMatrix& dense() const { return std::get<DenseMatrix>(x_); }
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
