#include "engine/completion/implicit_als.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/completion/normal_equations.h"
#include "engine/completion/sweeps.h"
#include "engine/matrix/dense_algebra.h"
#include "engine/matrix/panel.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

// Notation, as in the header:
//   Z      the side that is given, turned so that Z'Z = diag(spectrum)
//   row u minimizes  sum over its entries (1 - z_j . w)^2 + w' D_u w,   D_u = alpha diag(spectrum) + lambda (...)^nu I

namespace eckart {
namespace {

constexpr std::int64_t turn_block = 512;

void check(const ImplicitAlsOptions& options) {
    const auto positive = [](double value, const char* name) {
        if (!(value > 0) || !std::isfinite(value)) {
            throw UsageError("implicit-als needs " + std::string(name) + " > 0: without it systems can be singular");
        }
    };
    const auto counted = [](std::int64_t value, const char* name) {
        if (value < 1) throw UsageError("implicit-als needs at least one of " + std::string(name));
    };
    positive(options.lambda, "lambda");
    positive(options.unobserved_weight, "unobserved_weight");
    positive(options.start_deviation, "start_deviation");
    if (!(options.power >= 0 && options.power <= 2)) throw UsageError("implicit-als needs a power from 0 to 2");
    counted(options.factors, "factors");
    counted(options.sweeps, "sweeps");
    counted(options.cg_steps, "cg_steps");
    counted(options.block_size, "block_size");
}

/// lambda (n + alpha others)^nu
double ridge(std::int64_t entries, std::int64_t others, const ImplicitAlsOptions& options) {
    const double explained = static_cast<double>(entries) + options.unobserved_weight * static_cast<double>(others);
    return options.lambda * std::pow(explained, options.power);
}

/// panel := panel q, row by row.
void turn(DenseMatrix& panel, const DenseMatrix& q) {
    parallel_blocks(panel.rows(), turn_block, [&](Range rows) {
        auto part = panel.middleRows(rows.begin, rows.end - rows.begin);
        const DenseMatrix old = part;
        part.noalias() = old * q;
    });
}

/// The axes in which Z'Z is diagonal.
struct Axes {
    DenseMatrix turn;              ///< f x f, orthonormal
    std::vector<double> spectrum;  ///< descending; not below 0
};

Axes principal_axes(const DenseMatrix& z) {
    const SymmetricEigen eigen = symmetric_eigen(inner_products(z, z));
    Axes axes{eigen.vectors.cast<float>(), {}};
    for (const double value : eigen.values) axes.spectrum.push_back(std::max(0.0, value));
    return axes;
}

/// In each column the entry of largest magnitude becomes positive.
void fix_signs(DenseMatrix& factors) {
    for (Eigen::Index k = 0; k < factors.cols(); ++k) {
        Eigen::Index largest = 0;
        factors.col(k).cwiseAbs().maxCoeff(&largest);
        if (factors(largest, k) < 0) factors.col(k) *= -1;
    }
}

/// Minimizes over one row of w, which holds its last value.
void solve_row(const RowProblem& problem, std::span<const double> spectrum, std::int64_t given,
               const ImplicitAlsOptions& options, std::vector<float>& preconditioner, RowSolver& solver, float* w) {
    if (options.solver == ImplicitAlsSolver::cholesky) {
        solver.solve(problem, w);
    } else if (options.solver == ImplicitAlsSolver::block) {
        solver.improve_by_blocks(problem, options.block_size, w);
    } else {  // a row's own Gram matrix is taken for its share of all: D_u + n_u / m diag(spectrum)
        const double share =
            static_cast<double>(problem.size()) / static_cast<double>(std::max<std::int64_t>(1, given));
        for (std::size_t k = 0; k < spectrum.size(); ++k) {
            preconditioner[k] = problem.diagonal[k] + static_cast<float>(share * spectrum[k]);
        }
        solver.improve_by_gradients(problem, preconditioner.data(), options.cg_steps, w);
    }
}

/// Minimizes over every row of `matrix` with its columns given; `w` holds what the rows were.
HalfSweep solve_rows(const CsrView& matrix, const ImplicitAlsColumns& columns, const ImplicitAlsOptions& options,
                     bool measure, DenseMatrix& w) {
    const std::int64_t factors = columns.factors.cols();
    return solve_ranges(matrix, factors, [&](Range range) {
        HalfSweep done;
        RowSolver solver(columns.factors);
        std::vector<float> diagonal(factors), preconditioner(diagonal.size());
        for (std::int64_t row = range.begin; row < range.end; ++row) {
            const CsrRow entries = matrix.row(row);
            const double own = ridge(std::ssize(entries.values), matrix.cols, options);
            for (std::size_t k = 0; k < diagonal.size(); ++k) {
                diagonal[k] = static_cast<float>(options.unobserved_weight * columns.spectrum[k] + own);
            }
            const RowProblem problem{entries.columns, nullptr, diagonal.data(), 0};
            float* to = w.data() + row * factors;
            solve_row(problem, columns.spectrum, matrix.cols, options, preconditioner, solver, to);
            if (measure) done.squared_error += solver.squared_error(problem, to, 0);
        }
        done.solved_in_float64 = solver.solved_in_float64();
        return done;
    });
}

/// Turns both sides into the principal axes of `given`, then minimizes over the rows of `matrix`.
HalfSweep half_sweep(const CsrView& matrix, DenseMatrix& given, DenseMatrix& w, const ImplicitAlsOptions& options,
                     bool measure, std::vector<double>& spectrum) {
    Axes axes = principal_axes(given);
    turn(given, axes.turn);
    if (options.solver != ImplicitAlsSolver::cholesky) turn(w, axes.turn);  // Cholesky does not ask where w was
    spectrum = std::move(axes.spectrum);
    return solve_rows(matrix, {{given.data(), given.rows(), given.cols()}, spectrum}, options, measure, w);
}

double penalty(const CsrView& matrix, const DenseMatrix& w, const ImplicitAlsOptions& options) {
    double sum = 0;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        sum +=
            ridge(std::ssize(matrix.row(row).values), matrix.cols, options) * w.row(row).cast<double>().squaredNorm();
    }
    return sum;
}

/// alpha sum over all pairs of (x . y)^2 = alpha trace(X'X Y'Y), where X'X = diag(spectrum).
double unobserved(const DenseMatrix& y, const std::vector<double>& spectrum, const ImplicitAlsOptions& options) {
    const Eigen::Map<const Eigen::VectorXd> weights(spectrum.data(), static_cast<Eigen::Index>(spectrum.size()));
    return options.unobserved_weight * inner_products(y, y).diagonal().dot(weights);
}

DenseMatrix start_factors(const CsrView& transpose, const ImplicitAlsOptions& options,
                          const ImplicitAlsColumns* start) {
    if (start == nullptr) {
        const double deviation = options.start_deviation / std::sqrt(static_cast<double>(options.factors));
        return first_factors(transpose, options.factors, deviation, options.seed);
    }
    if (start->factors.rows() != transpose.rows || start->factors.cols() != options.factors) {
        throw UsageError("implicit-als can go on only from a model of as many columns and factors");
    }
    return start->factors;
}

/// The columns in their own axes: what is kept.
void finish(DenseMatrix y, ImplicitAlsModel& model) {
    Axes axes = principal_axes(y);
    turn(y, axes.turn);
    fix_signs(y);
    model.factors = std::move(y);
    model.spectrum = std::move(axes.spectrum);
}

}  // namespace

std::string_view name(ImplicitAlsSolver solver) {
    switch (solver) {
        case ImplicitAlsSolver::cholesky:
            return "cholesky";
        case ImplicitAlsSolver::conjugate_gradient:
            return "cg";
        case ImplicitAlsSolver::block:
            return "block";
    }
    throw UsageError("an unknown solver of implicit-als");
}

ImplicitAlsSolver parse_implicit_als_solver(std::string_view name) {
    for (const auto solver :
         {ImplicitAlsSolver::cholesky, ImplicitAlsSolver::conjugate_gradient, ImplicitAlsSolver::block}) {
        if (name == eckart::name(solver)) return solver;
    }
    throw UsageError("found the solver \"" + std::string(name) + "\", expected cholesky, cg or block");
}

std::uint64_t implicit_als_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, std::int64_t factors) {
    const auto m = static_cast<std::uint64_t>(rows), n = static_cast<std::uint64_t>(columns);
    const auto f = static_cast<std::uint64_t>(factors), threads = static_cast<std::uint64_t>(thread_count());
    const std::uint64_t transpose = 8 * static_cast<std::uint64_t>(entries) + 8 * n;
    const std::uint64_t sums = std::min<std::uint64_t>(64, std::max(m, n) / 1024 + 1);  // of inner_products
    const std::uint64_t gram = 8 * f * f * (sums + 6);  // and the eigenvectors, with what finds them
    return transpose + 4 * f * (m + n) + gram + threads * row_solver_memory(factors);
}

ImplicitAlsModel fit_implicit_als(const CsrView& matrix, const ImplicitAlsOptions& options, const Progress& progress,
                                  const ImplicitAlsColumns* start) {
    check(options);
    if (matrix.nonzeros() == 0) throw UsageError("implicit-als needs at least one stored entry");
    options.memory.require(implicit_als_memory(matrix.rows, matrix.cols, matrix.nonzeros(), options.factors),
                           "implicit-als");
    const CsrMatrix transpose = transposed(matrix);
    ImplicitAlsModel model;
    DenseMatrix y = start_factors(transpose, options, start);
    DenseMatrix x = DenseMatrix::Zero(matrix.rows, options.factors);
    std::vector<double> spectrum;
    model.interrupted = !report_sweeps(progress, 0, options.sweeps);
    for (std::int64_t sweep = 1; sweep <= options.sweeps && !model.interrupted; ++sweep) {
        const HalfSweep first = half_sweep(matrix, y, x, options, false, spectrum);
        const HalfSweep second = half_sweep(transpose, x, y, options, true, spectrum);
        model.solved_in_float64 += first.solved_in_float64 + second.solved_in_float64;
        model.loss.push_back(second.squared_error + unobserved(y, spectrum, options) + penalty(matrix, x, options) +
                             penalty(transpose, y, options));
        if (!std::isfinite(model.loss.back())) {
            throw UsageError("the loss of implicit-als is not finite: lambda is too small");
        }
        model.interrupted = !report_sweeps(progress, sweep, options.sweeps);
    }
    finish(std::move(y), model);
    return model;
}

DenseMatrix implicit_als_rows(const CsrView& matrix, const ImplicitAlsColumns& columns,
                              const ImplicitAlsOptions& options) {
    if (matrix.cols != columns.factors.rows()) {
        throw UsageError("implicit-als needs rows with as many columns as the model has");
    }
    ImplicitAlsOptions exact = options;
    exact.solver = ImplicitAlsSolver::cholesky;
    DenseMatrix x(matrix.rows, columns.factors.cols());
    solve_rows(matrix, columns, exact, false, x);
    return x;
}

std::vector<double> implicit_als_contributions(const CsrView& row, std::int64_t column,
                                               const ImplicitAlsColumns& columns, const ImplicitAlsOptions& options) {
    const Eigen::Index n = row.nonzeros(), f = columns.factors.cols();
    if (n == 0) return {};
    Eigen::MatrixXd design(n, f);
    for (Eigen::Index j = 0; j < n; ++j) {
        design.row(j) = columns.factors.row(row.column_indices[j]).cast<double>();
    }
    Eigen::MatrixXd normal = design.transpose() * design;
    normal.diagonal() += options.unobserved_weight * Eigen::Map<const Eigen::VectorXd>(columns.spectrum.data(), f);
    normal.diagonal().array() += ridge(n, row.cols, options);
    const Eigen::VectorXd at = columns.factors.row(column).cast<double>().transpose();
    const Eigen::VectorXd influence = design * solve_semidefinite(normal, at);
    return {influence.data(), influence.data() + n};
}

}  // namespace eckart
