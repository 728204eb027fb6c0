#pragma once

#include <cstdint>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// What the set of a row's stored columns says, whatever their values: row u of W has 1 / sqrt(n_u) in the places of
/// its n_u entries, and W y is one vector for each row, made of one for each column (the implicit feedback of Koren,
/// "Factorization meets the neighborhood", KDD 2008, section 4). Learning y from the vectors that rows have is ridge
/// regression on W.
///
/// Borrows the matrix. Holds the weights of W and its transpose: 12 bytes an entry.
class SetRegression {
  public:
    explicit SetRegression(const CsrView& matrix);
    SetRegression(const SetRegression&) = delete;
    SetRegression& operator=(const SetRegression&) = delete;

    std::int64_t columns() const { return view_.cols; }

    /// W y, rows x f, for y (columns x f).
    DenseMatrix sums(const DenseMatrix& y) const;

    /// W' z, columns x f, for z (rows x f).
    DenseMatrix adjoint(const DenseMatrix& z) const;

    /// Takes `steps` of the conjugate gradient method, preconditioned by the diagonal, from `y` towards the solution of
    ///
    ///     (W'W + ridge I) y = right,    columns x f, each column of its own
    ///
    /// and returns the largest ||right - (W'W + ridge I) y|| / ||right|| of a column, by the method's recurrence. Same
    /// bytes for any number of threads. Costs 4 nnz f flops a step.
    double solve(const DenseMatrix& right, double ridge, std::int64_t steps, DenseMatrix& y) const;

  private:
    CsrView view_;                 ///< the places of the entries
    std::vector<float> weights_;   ///< of W, in the order of the entries
    CsrMatrix transposed_;         ///< W'
    std::vector<float> diagonal_;  ///< of W'W
};

/// W y as above, rows x f, without what a regression needs.
DenseMatrix set_sums(const CsrView& matrix, ConstPanelRef<float> y);

/// Bytes that a SetRegression holds.
std::uint64_t set_regression_memory(std::int64_t columns, std::int64_t entries);

}  // namespace eckart
