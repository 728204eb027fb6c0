#include "engine/completion/matrix_completion.h"

#include <cmath>
#include <string>
#include <utility>

#include "engine/completion/normal_equations.h"
#include "engine/completion/sweeps.h"
#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation, as in the header:
//   X  m x n;  Z  m x k;  W  n x k
//   all entries:     Z = X W (W'W + lambda I)^+,   W = X'Z (Z'Z + lambda I)^+
//   stored entries:  z_i solves (W_i'W_i + lambda n_i I) z_i = W_i' x_i over the entries of row i; and so the columns

namespace eckart {
namespace {

constexpr std::int64_t panel_rows = 512;
constexpr double least_eigenvalue = 1e-13;  // of the largest: what depends on the others to roundoff of float64
constexpr float most_magnitude = 1e6F;      // beyond it float32 has no digits left for the systems

void check(const MatrixCompletionOptions& options) {
    if (options.rank < 1) throw UsageError("completing a matrix needs a rank of at least 1");
    if (options.sweeps < 1) throw UsageError("completing a matrix needs at least one sweep");
    if (!(options.lambda >= 0) || !std::isfinite(options.lambda)) {
        throw UsageError("completing a matrix needs a finite lambda >= 0");
    }
    if (!(options.tolerance >= 0)) throw UsageError("completing a matrix needs a tolerance >= 0");
}

DenseMatrixF64 random_factors(std::int64_t rows, std::int64_t rank, std::uint64_t seed) {
    const Philox random(seed);
    DenseMatrixF64 factors(rows, rank);
    parallel_blocks(rows, panel_rows, [&](Range range) {
        for (std::int64_t i = range.begin * rank; i < range.end * rank; ++i) {
            factors.data()[i] = random.normal(static_cast<std::uint64_t>(i));
        }
    });
    return factors;
}

/// (F'F + lambda I)^+: columns of F that depend on the others take no part.
DenseMatrixF64 inverse_gram(const DenseMatrixF64& f, double lambda) {
    Eigen::MatrixXd gram = inner_products(f, f);
    gram.diagonal().array() += lambda;
    const SymmetricEigen eigen = symmetric_eigen(gram);
    const double least = least_eigenvalue * eigen.values(0);
    const auto inverse = [least](double value) { return value > least ? 1 / value : 0.0; };
    return eigen.vectors * eigen.values.unaryExpr(inverse).asDiagonal() * eigen.vectors.transpose();
}

/// panel := panel square, row by row.
void multiply_from_right(DenseMatrixF64& panel, const DenseMatrixF64& square) {
    parallel_blocks(panel.rows(), panel_rows, [&](Range rows) {
        auto part = panel.middleRows(rows.begin, rows.end - rows.begin);
        const DenseMatrixF64 old = part;
        part.noalias() = old * square;
    });
}

double squared_norm_of(const DenseMatrixF64& panel) {
    return inner_products(panel, panel).trace();
}

/// Calls `sweep`, which returns the objective, until it hardly falls; true if that was within the bound.
template <class Sweep>
bool descend(const MatrixCompletionOptions& options, const Progress& progress, std::vector<double>& objective,
             const Sweep& sweep) {
    const auto bound = static_cast<std::uint64_t>(options.sweeps);
    for (std::uint64_t done = 0; done < bound; ++done) {
        progress.report("completing", done, bound);
        objective.push_back(sweep());
        if (!std::isfinite(objective.back()))
            throw UsageError("the matrix to be completed holds a value that is not finite");
        if (done == 0) continue;
        const double before = objective[objective.size() - 2];
        if (before - objective.back() <= options.tolerance * before) return true;
    }
    return false;
}

/// Solves for the rows of `matrix`; returns their squared error.
double solve_rows(const CsrView& matrix, const DenseMatrix& columns, double lambda, DenseMatrix& rows) {
    const std::int64_t rank = columns.cols();
    return solve_ranges(matrix, rank,
                        [&](Range range) {
                            HalfSweep done;
                            RowSolver solver(columns);
                            std::vector<float> ridge(rank);
                            for (std::int64_t row = range.begin; row < range.end; ++row) {
                                const CsrRow entries = matrix.row(row);
                                const auto count = static_cast<double>(entries.size());
                                ridge.assign(ridge.size(), static_cast<float>(lambda * count));
                                const RowProblem problem{entries.columns, entries.values.data(), ridge.data(), 0};
                                float* const to = rows.data() + row * rank;
                                solver.solve(problem, to);
                                done.squared_error += solver.squared_error(problem, to, 0);
                            }
                            return done;
                        })
        .squared_error;
}

double penalty(const CsrView& matrix, const DenseMatrix& rows) {
    double sum = 0;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        sum += static_cast<double>(matrix.row(row).size()) * rows.row(row).cast<double>().squaredNorm();
    }
    return sum;
}

void check_entries(const CsrView& x, const MatrixCompletionOptions& options) {
    if (!(options.lambda > 0)) {
        throw UsageError("where only stored entries count, lambda must be above 0: without it systems can be singular");
    }
    if (x.nonzeros() == 0) throw UsageError("a matrix without entries cannot be completed");
    for (const float value : x.values) {
        if (!(std::abs(value) <= most_magnitude)) {
            throw UsageError("the matrix to be completed holds a value that is not finite or above 1e6 in magnitude");
        }
    }
}

}  // namespace

MatrixCompletion complete_matrix(const LinearOperator& x, const MatrixCompletionOptions& options,
                                 const Progress& progress) {
    check(options);
    options.memory.require(completion_memory(x.rows(), x.cols(), options.rank), "completing the matrix");
    const double whole = x.squared_norm();
    auto w = random_factors(x.cols(), options.rank, options.seed);
    DenseMatrixF64 z(x.rows(), options.rank);
    double penalties = 0;
    MatrixCompletion result;
    result.converged = descend(options, progress, result.objective, [&] {
        x.apply(w, z);
        multiply_from_right(z, inverse_gram(w, options.lambda));
        const DenseMatrixF64 inverse = inverse_gram(z, options.lambda);
        x.apply_adjoint(z, w);
        const Eigen::MatrixXd products = inner_products(w, w);  // of V = X'Z, and W = V (Z'Z + lambda I)^+
        multiply_from_right(w, inverse);
        const double ridge_of_z = options.lambda * squared_norm_of(z);
        penalties = ridge_of_z + options.lambda * squared_norm_of(w);
        // Z W' is a least squares fit: ||X - Z W'||^2 + lambda ||W||^2 = ||X||^2 - tr V'W
        return whole - products.cwiseProduct(inverse).sum() + ridge_of_z;
    });
    result.stored_error = result.objective.back() - penalties;
    result.row_factors = z.cast<float>();
    result.column_factors = w.cast<float>();
    return result;
}

MatrixCompletion complete_matrix(const CsrView& x, const MatrixCompletionOptions& options, const Progress& progress) {
    check(options);
    check_entries(x, options);
    options.memory.require(completion_memory(x.rows, x.cols, x.nonzeros(), options.rank), "completing the matrix");
    const CsrMatrix columns = transposed(x);
    MatrixCompletion result;
    const double deviation = 1 / std::sqrt(static_cast<double>(options.rank));
    result.column_factors = first_factors(columns, options.rank, deviation, options.seed);
    result.row_factors = DenseMatrix::Zero(x.rows, options.rank);
    result.converged = descend(options, progress, result.objective, [&] {
        solve_rows(x, result.column_factors, options.lambda, result.row_factors);
        result.stored_error = solve_rows(columns, result.row_factors, options.lambda, result.column_factors);
        return result.stored_error +
               options.lambda * (penalty(x, result.row_factors) + penalty(columns, result.column_factors));
    });
    return result;
}

std::uint64_t completion_memory(std::int64_t rows, std::int64_t cols, std::int64_t rank) {
    const auto factors = static_cast<std::uint64_t>(rows + cols) * static_cast<std::uint64_t>(rank);
    const auto square = static_cast<std::uint64_t>(rank) * static_cast<std::uint64_t>(rank);
    return factors * (sizeof(double) + sizeof(float)) + 6 * square * sizeof(double);
}

std::uint64_t completion_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, std::int64_t rank) {
    const auto factors = static_cast<std::uint64_t>(rows + cols) * static_cast<std::uint64_t>(rank);
    const auto transpose = static_cast<std::uint64_t>(nonzeros) * (sizeof(float) + sizeof(std::int32_t)) +
                           static_cast<std::uint64_t>(cols + 1) * sizeof(std::int64_t);
    return factors * sizeof(float) + transpose + static_cast<std::uint64_t>(thread_count()) * row_solver_memory(rank);
}

}  // namespace eckart
