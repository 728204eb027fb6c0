#pragma once

#include <cstdint>

#include <Eigen/Core>

#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

// For linear autoencoders. Not installed.

namespace eckart {

/// A = X'X + L with a diagonal L > 0 (n x n), for panels of n rows in float64. A is never formed, and its inverse only
/// where n is small and the budget holds it; else systems are solved by conjugate gradients. Borrows X.
class PenalizedGram {
  public:
    /// What an object of some order is to keep, and what that takes.
    struct Plan {
        bool inverse;
        std::uint64_t bytes;
    };

    /// With an inverse, if the order is small and the budget holds it with `beside` bytes of others; these are counted.
    static Plan plan(std::int64_t order, std::uint64_t beside, const MemoryBudget& budget);

    /// `squared_column_norms` are the diagonal of X'X, `penalty` that of L.
    PenalizedGram(const LinearOperator& x, const Eigen::VectorXd& squared_column_norms, Eigen::VectorXd penalty,
                  const Plan& plan, const Progress& progress);

    std::int64_t size() const { return penalty_.size(); }
    const Eigen::VectorXd& penalty() const { return penalty_; }
    const Eigen::VectorXd& diagonal() const { return diagonal_; }  ///< of A

    DenseMatrixF64 gram_product(const DenseMatrixF64& p) const;    ///< X'X P
    DenseMatrixF64 product(const DenseMatrixF64& p) const;         ///< A P
    DenseMatrixF64 preconditioned(const DenseMatrixF64& p) const;  ///< A^-1 P if that is at hand, else diag(A)^-1 P
    /// A^-1 P; each column to `tolerance` of its length, about.
    DenseMatrixF64 solution(const DenseMatrixF64& p, double tolerance) const;

  private:
    void invert(const Progress& progress);

    const LinearOperator& x_;
    Eigen::VectorXd penalty_;
    Eigen::VectorXd diagonal_;
    DenseMatrixF64 inverse_;  ///< of no size if it is not kept
};

}  // namespace eckart
