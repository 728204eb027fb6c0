#include "engine/completion/als.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/completion/normal_equations.h"
#include "engine/completion/sweeps.h"
#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/entries.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

// Notation, as in the header:
//   R             the matrix, rows x columns; R_u its row u, whose stored columns are I_u, n_u of them
//   X, Y, b, c    factors and offsets of rows and of columns, mu the mean; Z = [Y 1], which makes x_u and b_u one
//   A_u = Z_{I_u}' Z_{I_u} + diag(l_u, .., l_u, o_u),    A_u [x_u b_u] = Z_{I_u}' (R_u - mu - c)
//   l_u = lambda (n_u^p + q),    o_u = offset_lambda n_u^p + kappa,    q and kappa the priors
// and the same for columns, with the transpose.

namespace eckart {
namespace {

constexpr double start_deviation = 0.1;  // of the first column factors
constexpr double largest_value = 1e6;

void check(const AlsOptions& options) {
    const auto positive = [](double value, const char* name) {
        if (!(value > 0) || !std::isfinite(value)) {
            throw UsageError(std::string("als needs ") + name +
                             " > 0: without it rows that have fewer entries than "
                             "factors have no single solution");
        }
    };
    if (options.factors < 1) throw UsageError("als needs at least one factor");
    if (options.sweeps < 1) throw UsageError("als needs at least one sweep");
    if (!(options.power >= 0 && options.power <= 2)) throw UsageError("als needs a power from 0 to 2");
    positive(options.lambda, "lambda");
    positive(options.offset_lambda, "offset_lambda");
    for (const double prior : {options.offset_prior, options.factor_prior}) {
        if (!(prior >= 0) || !std::isfinite(prior)) throw UsageError("als needs priors of 0 or more");
    }
}

void check(const CsrView& matrix) {
    if (matrix.nonzeros() == 0) throw UsageError("als needs at least one stored entry");
    for (const float value : matrix.values) {
        if (!(std::abs(static_cast<double>(value)) <= largest_value)) {
            throw UsageError("als needs values of a magnitude of at most 1e6, found " + std::to_string(value));
        }
    }
}

/// One side of the factorization: factors and offsets of the rows, or of the columns.
struct Side {
    DenseMatrix& factors;
    std::vector<float>& offsets;
};

/// What remains of a row's values beside the mean and the offsets of its columns.
void targets_of(const CsrRow& entries, const AlsColumns& columns, std::vector<float>& targets) {
    targets.clear();
    for (std::size_t e = 0; e < entries.size(); ++e) {
        targets.push_back(static_cast<float>(static_cast<double>(entries.values[e]) - columns.mean) -
                          columns.offsets[entries.columns[e]]);
    }
}

/// Solves for every row of `matrix` with its columns given.
HalfSweep solve_rows(const CsrView& matrix, const AlsColumns& columns, const AlsOptions& options, bool measure,
                     Side rows) {
    return solve_ranges(matrix, options.factors, [&](Range range) {
        HalfSweep done;
        RowSolver solver(columns.factors);
        std::vector<float> targets, diagonal(options.factors);
        for (std::int64_t row = range.begin; row < range.end; ++row) {
            const CsrRow entries = matrix.row(row);
            targets_of(entries, columns, targets);
            const AlsRidge weights = als_ridge(std::ssize(entries.values), options);
            std::fill(diagonal.begin(), diagonal.end(), weights.factors);
            const RowProblem problem{entries.columns, targets.data(), diagonal.data(), weights.offset};
            float* x = rows.factors.data() + row * options.factors;
            float& offset = rows.offsets[row];
            offset = solver.solve(problem, x);
            if (measure) done.squared_error += solver.squared_error(problem, x, offset);
        }
        done.solved_in_float64 = solver.solved_in_float64();
        return done;
    });
}

double penalty(const CsrView& matrix, const Side& rows, const AlsOptions& options) {
    double sum = 0;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        const std::int64_t entries = std::ssize(matrix.row(row).values);
        if (entries == 0) continue;
        const AlsRidge weights = als_ridge(entries, options);
        const auto offset = static_cast<double>(rows.offsets[row]);
        sum += static_cast<double>(weights.factors) * rows.factors.row(row).cast<double>().squaredNorm() +
               static_cast<double>(weights.offset) * offset * offset;
    }
    return sum;
}

AlsModel first_model(const CsrView& matrix, const CsrView& transpose, const AlsOptions& options,
                     const AlsColumns* start) {
    AlsModel model;
    if (start == nullptr) {
        model.mean = mean_of_entries(matrix);
        model.factors = first_factors(transpose, options.factors, start_deviation, options.seed);
        model.offsets.assign(matrix.cols, 0.0F);
        return model;
    }
    if (start->factors.rows() != matrix.cols || start->factors.cols() != options.factors) {
        throw UsageError("als can go on only from a model of as many columns and factors");
    }
    model.mean = start->mean;
    model.factors = start->factors;
    model.offsets.assign(start->offsets.begin(), start->offsets.end());
    return model;
}

}  // namespace

AlsRidge als_ridge(std::int64_t entries, const AlsOptions& options) {
    const double growth = std::pow(static_cast<double>(entries), options.power);
    return {static_cast<float>(options.lambda * (growth + options.factor_prior)),
            static_cast<float>(options.offset_lambda * growth + options.offset_prior)};
}

std::uint64_t als_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, std::int64_t factors) {
    const auto m = static_cast<std::uint64_t>(rows), n = static_cast<std::uint64_t>(columns);
    const auto f = static_cast<std::uint64_t>(factors), threads = static_cast<std::uint64_t>(thread_count());
    const std::uint64_t transpose = 8 * static_cast<std::uint64_t>(entries) + 8 * n;
    return transpose + 4 * (f + 1) * (m + n) + threads * row_solver_memory(factors);
}

AlsModel fit_als(const CsrView& matrix, const AlsOptions& options, const Progress& progress, const AlsColumns* start) {
    check(options);
    check(matrix);
    options.memory.require(als_memory(matrix.rows, matrix.cols, matrix.nonzeros(), options.factors), "als");
    const CsrMatrix transpose = transposed(matrix);
    AlsModel model = first_model(matrix, transpose, options, start);
    AlsRows x{DenseMatrix(matrix.rows, options.factors), std::vector<float>(matrix.rows)};
    const Side rows{x.factors, x.offsets}, columns{model.factors, model.offsets};
    const AlsColumns given_columns = model.columns();
    const AlsColumns given_rows{model.mean, {x.factors.data(), x.factors.rows(), x.factors.cols()}, x.offsets};
    model.interrupted = !report_sweeps(progress, 0, options.sweeps);
    for (std::int64_t sweep = 1; sweep <= options.sweeps && !model.interrupted; ++sweep) {
        const HalfSweep first = solve_rows(matrix, given_columns, options, false, rows);
        const HalfSweep second = solve_rows(transpose, given_rows, options, true, columns);
        model.solved_in_float64 += first.solved_in_float64 + second.solved_in_float64;
        model.loss.push_back(second.squared_error + penalty(matrix, rows, options) +
                             penalty(transpose, columns, options));
        if (!std::isfinite(model.loss.back())) throw UsageError("the loss of als is not finite: lambda is too small");
        model.interrupted = !report_sweeps(progress, sweep, options.sweeps);
    }
    return model;
}

AlsRows als_rows(const CsrView& matrix, const AlsColumns& columns, const AlsOptions& options) {
    check(options);
    if (matrix.cols != columns.factors.rows()) throw UsageError("als needs rows with as many columns as the model has");
    AlsRows x{DenseMatrix(matrix.rows, columns.factors.cols()), std::vector<float>(matrix.rows)};
    solve_rows(matrix, columns, options, false, {x.factors, x.offsets});
    return x;
}

std::vector<double> als_contributions(const CsrView& row, std::int64_t column, const AlsColumns& columns,
                                      const AlsOptions& options) {
    check(options);
    const Eigen::Index n = row.nonzeros(), f = columns.factors.cols();
    std::vector<double> contributions(n, 0.0);
    if (n == 0) return contributions;
    std::vector<float> targets;
    targets_of({row.column_indices, row.values}, columns, targets);
    const AlsRidge weights = als_ridge(n, options);
    Eigen::MatrixXd design = Eigen::MatrixXd::Ones(n, f + 1);
    for (Eigen::Index j = 0; j < n; ++j) {
        design.row(j).head(f) = columns.factors.row(row.column_indices[j]).cast<double>();
    }
    Eigen::VectorXd at = Eigen::VectorXd::Ones(f + 1);
    at.head(f) = columns.factors.row(column).cast<double>().transpose();
    Eigen::MatrixXd normal = design.transpose() * design;
    normal.diagonal().head(f).array() += static_cast<double>(weights.factors);
    normal(f, f) += static_cast<double>(weights.offset);
    const Eigen::VectorXd influence = design * solve_semidefinite(normal, at);
    for (Eigen::Index j = 0; j < n; ++j) {
        contributions[j] = influence(j) * static_cast<double>(targets[j]);
    }
    return contributions;
}

}  // namespace eckart
