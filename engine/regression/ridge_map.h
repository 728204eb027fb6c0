#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/regression/ridge_system.h"
#include "engine/support/progress.h"

namespace eckart {

/// How the error of a lambda on rows that it was not fitted to is found.
enum class LeaveOneOut {
    exact,       ///< from the leverage of each row; costs a system for every row
    generalized  ///< generalized cross-validation, the trace of the hat matrix from random probes
};

struct RidgeMapOptions {
    std::vector<double> lambdas = {};     ///< to choose from, above 0; empty: ridge_lambdas has them
    std::span<const float> weights = {};  ///< of the rows, above 0; empty: 1 each
    LeaveOneOut leave_one_out = LeaveOneOut::exact;
    std::int64_t probes = 64;  ///< of the trace, for generalized leave-one-out
    std::uint64_t seed = 1;    ///< of the probes
    Progress progress = {};
};

/// What one lambda gave.
struct LambdaTrial {
    double lambda;
    double
        error;  ///< mean over rows (weighted) of the squared error of a row that is left out, summed over the targets
};

/// e ~ b + W'a, learned from rows of attributes a and of targets e.
struct RidgeMap {
    DenseMatrixF64 weights;           ///< W, p x k
    Eigen::RowVectorXd intercept;     ///< b, k
    double lambda = 0;                ///< the one with the least error
    std::vector<LambdaTrial> trials;  ///< in the order of the lambdas
    double error = 0;                 ///< of the lambda chosen
    /// 1 - error / the same error of the targets' mean: the part of the targets' variance that the map tells of a row
    /// that it has not seen. At most 1; 0 or less where attributes tell nothing.
    double explained = 0;
    double residual =
        0;  ///< |G W - A' D E| / |A' D E|, centered, measured afterwards; 0 where the targets are constant
};

/// Solves the systems of a ridge regression: by iteration here, by factors in eckart::direct.
class RidgeSolver {
  public:
    virtual ~RidgeSolver() = default;

    /// The X of G(lambda) X = `right` (p x b), G as RidgeSystem has it.
    virtual DenseMatrixF64 solve(double lambda, const DenseMatrixF64& right) = 0;

    /// (a_i - mu)' G(lambda)^-1 (a_i - mu) for each row i of A.
    virtual Eigen::VectorXd row_energies(double lambda) = 0;
};

/// By block conjugate gradients on G scaled to a diagonal of 1, to a residual of 1e-11; the leverages by as many
/// systems as there are rows. Borrows the system.
std::unique_ptr<RidgeSolver> iterative_ridge_solver(const RidgeSystem& system);

/// Eleven lambdas, from 0.01 to 1000 times the mean squared norm of the centered columns, so that the choice does not
/// depend on the unit of the attributes.
std::vector<double> ridge_lambdas(const RidgeSystem& system);

/// Learns W (p x k) and b from A (n x p, sparse) and E (n x k) by
///
///     min  sum over rows i of d_i |e_i - b - W'a_i|^2  +  lambda |W|^2
///
/// and chooses lambda by the error on rows left out, which needs no refitting: with the hat matrix H of the fit and the
/// leverage h_i = H_ii the error of row i left out is (e_i - fitted_i) / (1 - h_i) (Cook and Weisberg, "Residuals and
/// influence in regression", 1982; for ridge Golub, Heath and Wahba, "Generalized cross-validation as a method for
/// choosing a good ridge parameter", Technometrics 21, 1979, whose generalized form puts tr H / n in place of h_i).
/// Of equal errors the larger lambda is taken. The same bytes for any number of threads.
///
/// Costs, for each lambda, the solution of k systems and, for exact leave-one-out, of n. Throws UsageError if shapes do
/// not fit, there are fewer than 2 rows, a target is not finite, or an option is out of range.
RidgeMap fit_ridge_map(const CsrView& a, ConstPanelRef<double> e, const RidgeMapOptions& options = {});

/// The same by a solver of the caller, whose system is `system`; `options.weights` are not looked at.
RidgeMap fit_ridge_map(const RidgeSystem& system, RidgeSolver& solver, ConstPanelRef<double> e,
                       const RidgeMapOptions& options);

/// b + W'a for each row a of `a`: rows x k. Throws UsageError if the columns do not fit.
DenseMatrixF64 mapped_rows(const RidgeMap& map, const CsrView& a);

}  // namespace eckart
