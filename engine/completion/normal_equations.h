#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/strips.h"
#include "engine/support/parallel.h"

namespace eckart {

/// One regularized least-squares problem of alternating least squares, over the rows y_j of a factor matrix that one
/// row of the other side has stored entries with:
///
///     min over x and c   sum_j (t_j - y_j . x - c)^2  +  sum_k d_k x_k^2  +  e c^2
///
/// Without an offset c is 0. All pointers are borrowed.
struct RowProblem {
    std::span<const std::int32_t> rated;  ///< j, rows of the factors
    const float* targets = nullptr;       ///< t, as many; null: all are 1
    const float* diagonal = nullptr;      ///< d > 0, one for each factor
    float offset_weight = 0;              ///< e > 0, or 0 for no offset

    std::int64_t size() const { return static_cast<std::int64_t>(rated.size()); }
    float target(std::int64_t j) const { return targets != nullptr ? targets[j] : 1.0F; }
};

/// Solves row problems one after another. Holds the scratch of one thread.
class RowSolver {
  public:
    /// Borrows `factors` (m x f).
    explicit RowSolver(ConstPanelRef<float> factors);

    /// Exactly: the normal equations (f x f) by Cholesky, or where a row has fewer entries than factors the dual ones
    /// (n x n, in the Gram matrix of the y_j). In float32; where the pivots say that it would not keep about four
    /// digits, in float64. Writes x (f floats) and returns c. A problem without entries has x = 0, c = 0.
    float solve(const RowProblem& problem, float* x);

    /// From x, exactly in one block of `block_size` factors after another; problems without an offset. A row with fewer
    /// entries than a block has factors is solved whole.
    void improve_by_blocks(const RowProblem& problem, std::int64_t block_size, float* x);

    /// From x, by `steps` steps of conjugate gradients preconditioned by diag(`preconditioner`); problems without an
    /// offset.
    void improve_by_gradients(const RowProblem& problem, const float* preconditioner, std::int64_t steps, float* x);

    /// sum_j (t_j - y_j . x - c)^2, each product in float32, the sum in float64.
    double squared_error(const RowProblem& problem, const float* x, float c) const;

    /// Multiplications that `solve` needs for a row of `entries`, about: what work is balanced by.
    static double cost(std::int64_t entries, std::int64_t factors);

    std::int64_t solved_in_float64() const { return solved_in_float64_; }

  private:
    const float* row(std::int32_t j) const { return factors_ + j * stride_; }

    /// Calls visit(first, count, rows) for the rated rows by fours; of fewer at the end the last is repeated.
    template <typename Visit>
    void by_fours(const RowProblem& problem, Visit visit) const;

    void gather(std::span<const std::int32_t> rated, std::int64_t first, std::int64_t columns);
    void add_ridge(const float* diagonal, std::int64_t columns, std::int64_t size);
    float solve_normal(const RowProblem& problem, float* x, float& least);
    float eliminated_offset(const RowProblem& problem, std::int64_t size, float& least);
    float solve_dual(const RowProblem& problem, float* x, float& least);
    void gather_transposed(const RowProblem& problem);
    float solve_in_float64(const RowProblem& problem, float* x) const;
    bool solve_block(const RowProblem& problem, std::int64_t first, std::int64_t columns, float* x);
    void multiply(const RowProblem& problem, const float* x, float* product) const;

    const float* factors_;
    std::int64_t stride_;
    std::int64_t count_;   ///< f
    AlignedFloats panel_;  ///< gathered rows in strips, or their transpose
    AlignedFloats gram_;
    AlignedFloats reciprocals_;
    AlignedFloats right_;  ///< right-hand side, then solution
    AlignedFloats sums_;   ///< sum of the y_j, then U'^-1 of it
    AlignedFloats weights_;
    AlignedFloats scale_;
    std::vector<float> errors_;
    std::int64_t solved_in_float64_ = 0;
};

/// Bytes that a RowSolver holds, without what grows with the longest row.
std::uint64_t row_solver_memory(std::int64_t factors);

/// Cuts the rows of `matrix` in ranges of about equal `RowSolver::cost`, at most 256 of them; the same for any number
/// of threads.
std::vector<Range> balanced_ranges(const CsrView& matrix, std::int64_t factors);

}  // namespace eckart
