#include "direct/ridge_solver.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "direct/suitesparse.h"
#include "engine/support/error.h"

// Notation: A~ = (A 1), n x (p + 1), D the weights of the rows; P = diag(lambda, .., lambda, 0).
//   G~ = A~' D A~ + P.   G x = r is the upper part of  G~ (x; t) = (r; 0),  and
//   a~_i' G~^-1 a~_i = (a_i - mu)' G^-1 (a_i - mu) + 1 / s.

namespace eckart::direct {
namespace {

constexpr std::int64_t columns_at_once = 64;

using Index = SuiteSparse_long;

/// A~' D^(1/2) by columns, one a row of A; with `penalty`, p columns of sqrt(penalty) I behind.
cholmod_sparse* weighted_columns(const RidgeSystem& system, double penalty, Workspace& work) {
    const std::int64_t n = system.rows(), p = system.cols(), more = penalty > 0 ? p : 0;
    const auto nonzeros = static_cast<std::size_t>(system.matrix().nonzeros() + n + more);
    cholmod_sparse* columns =
        cholmod_l_allocate_sparse(static_cast<std::size_t>(p + 1), static_cast<std::size_t>(n + more), nonzeros, 1, 1,
                                  0, CHOLMOD_REAL, work.get());
    auto* begin = static_cast<Index*>(columns->p);
    auto* index = static_cast<Index*>(columns->i);
    auto* value = static_cast<double*>(columns->x);
    Index at = 0;
    const auto put = [&](Index row, double number) {
        index[at] = row;
        value[at++] = number;
    };
    for (std::int64_t i = 0; i < n; ++i) {
        begin[i] = at;
        const double root = std::sqrt(system.weights()[i]);
        const CsrRow row = system.matrix().row(i);
        for (std::size_t q = 0; q < row.size(); ++q) put(row.columns[q], root * static_cast<double>(row.values[q]));
        put(p, root);
    }
    for (std::int64_t j = 0; j < more; ++j) {
        begin[n + j] = at;
        put(j, std::sqrt(penalty));
    }
    begin[n + more] = at;
    return columns;
}

/// `columns` (p x b) with a row of zeros below.
Dense with_zero_row(const DenseMatrixF64& columns, Workspace& work) {
    Dense wide(cholmod_l_zeros(static_cast<std::size_t>(columns.rows() + 1), static_cast<std::size_t>(columns.cols()),
                               CHOLMOD_REAL, work.get()),
               work);
    matrix_of(wide.get()).topRows(columns.rows()) = columns;
    return wide;
}

/// a~_i for `count` rows from `first` on, as columns.
Dense rows_as_columns(const RidgeSystem& system, std::int64_t first, std::int64_t count, Workspace& work) {
    Dense columns(cholmod_l_zeros(static_cast<std::size_t>(system.cols() + 1), static_cast<std::size_t>(count),
                                  CHOLMOD_REAL, work.get()),
                  work);
    auto dense = matrix_of(columns.get());
    for (std::int64_t i = 0; i < count; ++i) {
        const CsrRow row = system.matrix().row(first + i);
        for (std::size_t q = 0; q < row.size(); ++q) dense(row.columns[q], i) = static_cast<double>(row.values[q]);
        dense(system.cols(), i) = 1;
    }
    return columns;
}

[[noreturn]] void refuse(double lambda) {
    throw UsageError("lambda " + std::to_string(lambda) + " is too small for a factor of this ridge regression");
}

/// The energies of all rows, `half_solve` being a~ -> L^-1 a~ for a factor L L' of G~.
template <class HalfSolve>
Eigen::VectorXd energies_by(const RidgeSystem& system, Workspace& work, const HalfSolve& half_solve) {
    Eigen::VectorXd energies(system.rows());
    for (std::int64_t first = 0; first < system.rows(); first += columns_at_once) {
        const std::int64_t count = std::min(columns_at_once, system.rows() - first);
        const Dense rows = rows_as_columns(system, first, count, work);
        const Dense half(half_solve(rows.get()), work);
        energies.segment(first, count) = matrix_of(half.get()).colwise().squaredNorm().transpose();
    }
    return energies.array() - 1 / system.total();
}

/// A~' D A~, upper triangle, its diagonal stored also where it is 0.
Sparse gram(const RidgeSystem& system, Workspace& work) {
    const Sparse columns(weighted_columns(system, 0, work), work);
    const Sparse both(cholmod_l_aat(columns.get(), nullptr, 0, 1, work.get()), work);
    const Sparse upper(cholmod_l_copy(both.get(), 1, 1, work.get()), work);
    const Sparse diagonal(cholmod_l_speye(upper->nrow, upper->ncol, CHOLMOD_REAL, work.get()), work);
    diagonal->stype = 1;
    double once[2] = {1, 0}, never[2] = {0, 0};
    return {cholmod_l_add(upper.get(), diagonal.get(), once, never, 1, 1, work.get()), work};
}

class CholeskySolver final : public RidgeSolver {
  public:
    explicit CholeskySolver(const RidgeSystem& system)
        : system_(system), gram_(gram(system, work_)), factor_(analyzed(), work_) {}

    DenseMatrixF64 solve(double lambda, const DenseMatrixF64& right) override {
        factorize(lambda);
        const Dense b = with_zero_row(right, work_);
        const Dense x(cholmod_l_solve(CHOLMOD_A, factor_.get(), b.get(), work_.get()), work_);
        return matrix_of(x.get()).topRows(system_.cols());
    }

    Eigen::VectorXd row_energies(double lambda) override {
        factorize(lambda);
        return energies_by(system_, work_, [&](cholmod_dense* rows) {
            const Dense permuted(cholmod_l_solve(CHOLMOD_P, factor_.get(), rows, work_.get()), work_);
            return cholmod_l_solve(CHOLMOD_L, factor_.get(), permuted.get(), work_.get());
        });
    }

  private:
    cholmod_factor* analyzed() {
        work_.get()->final_ll = 1;
        return cholmod_l_analyze(gram_.get(), work_.get());
    }

    void factorize(double lambda) {
        if (lambda == factorized_) return;
        const Sparse penalized(cholmod_l_copy_sparse(gram_.get(), work_.get()), work_);
        const auto* begin = static_cast<const Index*>(penalized->p);
        const auto* index = static_cast<const Index*>(penalized->i);
        auto* value = static_cast<double*>(penalized->x);
        for (Index j = 0; j < system_.cols(); ++j) {
            for (Index q = begin[j]; q < begin[j + 1]; ++q) value[q] += index[q] == j ? lambda : 0;
        }
        cholmod_l_factorize(penalized.get(), factor_.get(), work_.get());
        if (work_.get()->status != CHOLMOD_OK) refuse(lambda);
        factorized_ = lambda;
    }

    const RidgeSystem& system_;
    Workspace work_;
    Sparse gram_;
    CholeskyOf factor_;
    double factorized_ = 0;
};

class QrSolver final : public RidgeSolver {
  public:
    explicit QrSolver(const RidgeSystem& system) : system_(system) {}

    DenseMatrixF64 solve(double lambda, const DenseMatrixF64& right) override {
        factorize(lambda);
        const Dense b = with_zero_row(right, work_);
        const Dense half(SuiteSparseQR_C_solve(SPQR_RTX_EQUALS_ETB, factor_->get(), b.get(), work_.get()), work_);
        const Dense x(SuiteSparseQR_C_solve(SPQR_RETX_EQUALS_B, factor_->get(), half.get(), work_.get()), work_);
        return matrix_of(x.get()).topRows(system_.cols());
    }

    Eigen::VectorXd row_energies(double lambda) override {
        factorize(lambda);
        return energies_by(system_, work_, [&](cholmod_dense* rows) {
            return SuiteSparseQR_C_solve(SPQR_RTX_EQUALS_ETB, factor_->get(), rows, work_.get());
        });
    }

  private:
    void factorize(double lambda) {
        if (lambda == factorized_) return;
        const Sparse columns(weighted_columns(system_, lambda, work_), work_);
        const Sparse stacked(cholmod_l_transpose(columns.get(), 1, work_.get()), work_);
        factor_ = std::make_unique<QrOf>(
            SuiteSparseQR_C_factorize(SPQR_ORDERING_DEFAULT, SPQR_NO_TOL, stacked.get(), work_.get()), work_);
        if (!*factor_) refuse(lambda);
        factorized_ = lambda;
    }

    const RidgeSystem& system_;
    Workspace work_;
    std::unique_ptr<QrOf> factor_;
    double factorized_ = 0;
};

}  // namespace

std::unique_ptr<RidgeSolver> ridge_solver(const RidgeSystem& system, Factor factor) {
    if (factor == Factor::cholesky) return std::make_unique<CholeskySolver>(system);
    return std::make_unique<QrSolver>(system);
}

double factor_nonzeros(const RidgeSystem& system) {
    Workspace work;
    const Sparse pattern = gram(system, work);
    const CholeskyOf factor(cholmod_l_analyze(pattern.get(), work.get()), work);
    return work.get()->lnz;
}

bool is_fast(const RidgeSystem& system) {
    constexpr double most_work = 5e9;
    return static_cast<double>(system.rows()) * factor_nonzeros(system) <= most_work;
}

}  // namespace eckart::direct
