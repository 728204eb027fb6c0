#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

/// How a half sweep minimizes over one side.
enum class ImplicitAlsSolver {
    cholesky,            ///< exactly
    conjugate_gradient,  ///< a few steps from where the last sweep ended
    block                ///< exactly in one block of factors after the other (iALS++)
};

/// "cholesky", "cg", "block".
std::string_view name(ImplicitAlsSolver solver);
/// Throws UsageError on any other word.
ImplicitAlsSolver parse_implicit_als_solver(std::string_view name);

struct ImplicitAlsOptions {
    std::int64_t factors = 64;       ///< f >= 1
    double lambda = 0.003;           ///< regularization, > 0
    double unobserved_weight = 0.3;  ///< alpha, > 0: what an entry that is not stored counts, beside 1 for one that is
    double power = 1;                ///< nu: how the regularization grows with what a row has to explain
    std::int64_t sweeps = 16;        ///< over rows, then columns; >= 1
    ImplicitAlsSolver solver = ImplicitAlsSolver::cholesky;
    std::int64_t cg_steps = 3;     ///< of conjugate_gradient, >= 1
    std::int64_t block_size = 32;  ///< factors solved for at once by `block`, >= 1
    double start_deviation = 0.1;  ///< the first factors are normal with this deviation / sqrt(f)
    std::uint64_t seed = 1;
    MemoryBudget memory = {};
};

/// What is known of the columns, and so all that a row's scores need beside its entries. Borrows its arrays.
struct ImplicitAlsColumns {
    ConstMatrixMap factors;            ///< Y, columns x f, in its principal axes: Y'Y is diagonal to float32's roundoff
    std::span<const double> spectrum;  ///< the diagonal of Y'Y
};

/// What was learned of the columns; that of a row follows from its entries (`implicit_als_rows`).
struct ImplicitAlsModel {
    DenseMatrix factors;                 ///< Y, columns x f, in its principal axes; signs as in a TruncatedSvd
    std::vector<double> spectrum;        ///< the diagonal of Y'Y, descending
    std::vector<double> loss;            ///< objective after each sweep; never increases
    std::int64_t solved_in_float64 = 0;  ///< systems that were too ill-conditioned for float32
    bool interrupted = false;            ///< whether sweeps were left out because the caller wished so

    ImplicitAlsColumns columns() const { return {{factors.data(), factors.rows(), factors.cols()}, spectrum}; }
};

/// Fits x_u . y_i to 1 where `matrix` stores an entry, whatever its value, and weakly to 0 everywhere:
///
///     min  sum over stored (u,i) of (1 - x_u . y_i)^2  +  alpha sum over all (u,i) of (x_u . y_i)^2
///          + lambda (sum_u (n_u + alpha columns)^nu |x_u|^2  +  sum_i (n_i + alpha rows)^nu |y_i|^2)
///
/// where n_u and n_i count stored entries (Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback
/// datasets", ICDM 2008, with the weights and the frequency-scaled regularization of Rendle, Krichene, Zhang and Koren,
/// "Revisiting the performance of iALS on item recommendation benchmarks", RecSys 2022). Solvers: Cholesky; conjugate
/// gradients (Takacs, Pilaszy and Tikk, "Applications of the conjugate gradient method for implicit feedback
/// collaborative filtering", RecSys 2011); blocks (Rendle, Krichene, Zhang and Koren, "iALS++: Speeding up matrix
/// factorization with subspace optimization", 2021).
///
/// Both sides are turned together, which changes no product, into the axes in which the Gram matrix of the given side
/// is diagonal. So what all unobserved entries weigh is a diagonal: a row shorter than f is solved in its own, smaller
/// system, and a conjugate gradient step or a block costs nothing for them. The loss needs no visit to all pairs
/// either: the second sum is alpha trace(X'X Y'Y).
///
/// A half sweep costs about nnz f^2 + (rows + columns) f^3 / 3 multiplications by `cholesky` (less for rows shorter
/// than f), nnz f (2 steps + 2) by `conjugate_gradient`, nnz f block_size by `block`. With `start` it goes on from
/// those columns. If the caller interrupts after the first sweep, what is there is returned.
///
/// Throws UsageError if an option is out of range, there is no entry or `start` does not fit; MemoryError past the
/// budget.
[[nodiscard]] ImplicitAlsModel fit_implicit_als(const CsrView& matrix, const ImplicitAlsOptions& options = {},
                                                const Progress& progress = {},
                                                const ImplicitAlsColumns* start = nullptr);

/// X: the exact minimum for the rows of `matrix` with the columns given. Same bytes for a row alone or among
/// others. Rows without entries are zero.
[[nodiscard]] DenseMatrix implicit_als_rows(const CsrView& matrix, const ImplicitAlsColumns& columns,
                                            const ImplicitAlsOptions& options);

/// What each of a row's entries gives to the score at `column`; the sum is the score. Exact, in float64; `row` is a
/// matrix of one row.
[[nodiscard]] std::vector<double> implicit_als_contributions(const CsrView& row, std::int64_t column,
                                                             const ImplicitAlsColumns& columns,
                                                             const ImplicitAlsOptions& options);

/// Bytes that fit_implicit_als holds beside its input.
std::uint64_t implicit_als_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, std::int64_t factors);

}  // namespace eckart
