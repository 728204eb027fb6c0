#include "engine/regression/ridge_map.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/matrix/products.h"
#include "engine/regression/block_conjugate_gradients.h"
#include "engine/support/error.h"
#include "engine/support/random.h"

// Notation, as in the headers: A n x p, mu, D, G; E n x k the targets, E_c less their weighted mean; H the hat matrix
// of the fit with intercept, H = 1 d' / s + (A - 1 mu') G^-1 (A - 1 mu')' D

namespace eckart {
namespace {

constexpr std::int64_t columns_at_once = 32;
constexpr std::int64_t most_steps = 5000;
constexpr double enough = 1e-11;

class IterativeRidgeSolver final : public RidgeSolver {
  public:
    explicit IterativeRidgeSolver(const RidgeSystem& system) : system_(system) {}

    DenseMatrixF64 solve(double lambda, const DenseMatrixF64& right) override {
        // S G S with S = diag(G)^(-1/2) has a diagonal of 1.
        const Eigen::VectorXd s = (system_.column_norms().array() + lambda).rsqrt();
        const auto h = [&](const DenseMatrixF64& x) -> DenseMatrixF64 {
            return s.asDiagonal() * system_.apply(lambda, s.asDiagonal() * x);
        };
        DenseMatrixF64 x(right.rows(), right.cols());
        const std::int64_t width = std::min(columns_at_once, system_.cols());
        for (std::int64_t first = 0; first < right.cols(); first += width) {
            const std::int64_t count = std::min<std::int64_t>(width, right.cols() - first);
            const DenseMatrixF64 b = s.asDiagonal() * right.middleCols(first, count);
            x.middleCols(first, count) = s.asDiagonal() * block_conjugate_gradients(h, b, enough, most_steps).x;
        }
        return x;
    }

    Eigen::VectorXd row_energies(double lambda) override {
        Eigen::VectorXd energies(system_.rows());
        for (std::int64_t first = 0; first < system_.rows(); first += columns_at_once) {
            const std::int64_t count = std::min(columns_at_once, system_.rows() - first);
            const DenseMatrixF64 rows = centered_rows(first, count);  // columns are a_i - mu
            energies.segment(first, count) = rows.cwiseProduct(solve(lambda, rows)).colwise().sum();
        }
        return energies;
    }

  private:
    DenseMatrixF64 centered_rows(std::int64_t first, std::int64_t count) const {
        DenseMatrixF64 columns = (-system_.means()).transpose().replicate(1, count);
        for (std::int64_t i = 0; i < count; ++i) {
            const CsrRow row = system_.matrix().row(first + i);
            for (std::size_t p = 0; p < row.size(); ++p) {
                columns(row.columns[p], i) += static_cast<double>(row.values[p]);
            }
        }
        return columns;
    }

    const RidgeSystem& system_;
};

/// tr H from random signs z: the mean of z' D^(1/2) H D^(-1/2) z, which is symmetric (Hutchinson 1990).
double trace_of_hat(const RidgeSystem& system, RidgeSolver& solver, double lambda, const RidgeMapOptions& options) {
    const Eigen::VectorXd roots = system.weights().cwiseSqrt();
    DenseMatrixF64 z(system.rows(), options.probes);
    const Philox random(options.seed, 0x52494447);
    for (Eigen::Index i = 0; i < z.size(); ++i) z.data()[i] = (random.bits(i) & 1) != 0 ? 1 : -1;
    const DenseMatrixF64 right = system.weighted_adjoint(roots.cwiseInverse().asDiagonal() * z);
    return 1 + right.cwiseProduct(solver.solve(lambda, right)).sum() / static_cast<double>(options.probes);
}

/// h_i, or in their place tr H / n.
Eigen::VectorXd leverages(const RidgeSystem& system, RidgeSolver& solver, double lambda,
                          const RidgeMapOptions& options) {
    if (options.leave_one_out == LeaveOneOut::exact) {
        return system.weights().array() * (solver.row_energies(lambda).array() + 1 / system.total());
    }
    const double mean = trace_of_hat(system, solver, lambda, options) / static_cast<double>(system.rows());
    return Eigen::VectorXd::Constant(system.rows(), mean);
}

/// Weighted mean over rows of |r_i / (1 - h_i)|^2.
double error_left_out(const RidgeSystem& system, const DenseMatrixF64& residuals, const Eigen::VectorXd& h) {
    constexpr double least = 1e-9;  // a row that alone decides its own fit
    const Eigen::ArrayXd kept = (1 - h.array()).max(least);
    const Eigen::ArrayXd squares = residuals.rowwise().squaredNorm().array() / (kept * kept);
    return (system.weights().array() * squares).sum() / system.total();
}

void check(const RidgeSystem& system, ConstPanelRef<double> e, const RidgeMapOptions& options) {
    if (e.rows() != system.rows() || e.cols() == 0) {
        throw UsageError("found " + std::to_string(e.rows()) + " x " + std::to_string(e.cols()) + " targets for " +
                         std::to_string(system.rows()) + " rows");
    }
    if (system.rows() < 2) throw UsageError("a ridge map needs at least 2 rows to leave one out");
    if (!e.allFinite()) throw UsageError("targets of a ridge map must be finite");
    if (options.probes < 1)
        throw UsageError("probes: found " + std::to_string(options.probes) + ", expected 1 or more");
    for (const double lambda : options.lambdas) {
        if (!(lambda > 0) || !std::isfinite(lambda)) throw UsageError("lambdas must be positive and finite");
    }
}

/// The error of the mean alone, of rows left out: without attributes h_i = d_i / s.
double error_of_mean(const RidgeSystem& system, const DenseMatrixF64& centered) {
    return error_left_out(system, centered, system.weights() / system.total());
}

}  // namespace

std::unique_ptr<RidgeSolver> iterative_ridge_solver(const RidgeSystem& system) {
    return std::make_unique<IterativeRidgeSolver>(system);
}

std::vector<double> ridge_lambdas(const RidgeSystem& system) {
    const double mean = system.column_norms().mean();
    const double unit = mean > 0 ? mean : 1;
    std::vector<double> lambdas;
    for (int half = -4; half <= 6; ++half) lambdas.push_back(unit * std::pow(10, half / 2.0));
    return lambdas;
}

RidgeMap fit_ridge_map(const RidgeSystem& system, RidgeSolver& solver, ConstPanelRef<double> e,
                       const RidgeMapOptions& options) {
    check(system, e, options);
    const Eigen::RowVectorXd mean = system.weights().transpose() * e / system.total();
    const DenseMatrixF64 centered = e.rowwise() - mean;
    const DenseMatrixF64 right = system.weighted_adjoint(centered);
    const std::vector<double> lambdas = options.lambdas.empty() ? ridge_lambdas(system) : options.lambdas;
    RidgeMap map;
    for (const double lambda : lambdas) {
        options.progress.report("attributes", map.trials.size(), lambdas.size());
        DenseMatrixF64 weights = solver.solve(lambda, right);
        const DenseMatrixF64 residuals = centered - system.centered_products(weights);
        const double error = error_left_out(system, residuals, leverages(system, solver, lambda, options));
        const bool better = map.trials.empty() || error < map.error || (error == map.error && lambda > map.lambda);
        map.trials.push_back({lambda, error});
        if (!better) continue;
        map.lambda = lambda;
        map.error = error;
        map.weights = std::move(weights);
    }
    map.intercept = mean - system.means() * map.weights;
    const double before = error_of_mean(system, centered), size = right.norm();
    map.explained = before > 0 ? 1 - map.error / before : 0;
    map.residual = size > 0 ? (system.apply(map.lambda, map.weights) - right).norm() / size : 0;
    return map;
}

RidgeMap fit_ridge_map(const CsrView& a, ConstPanelRef<double> e, const RidgeMapOptions& options) {
    const RidgeSystem system(a, options.weights);
    return fit_ridge_map(system, *iterative_ridge_solver(system), e, options);
}

DenseMatrixF64 mapped_rows(const RidgeMap& map, const CsrView& a) {
    DenseMatrixF64 rows(a.rows, map.weights.cols());
    multiply(a, map.weights, rows);
    rows.rowwise() += map.intercept;
    return rows;
}

}  // namespace eckart
