#include "engine/completion/svdpp.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "engine/completion/normal_equations.h"
#include "engine/completion/set_regression.h"
#include "engine/completion/sgd_run.h"
#include "engine/matrix/dense_algebra.h"
#include "engine/support/error.h"

// Notation, as in the header:
//   Z, Q          factors of rows, sets included, and of columns;  Y, V  set factors of columns and of rows
//   W             rows x columns, 1 / sqrt(n_u) where an entry is stored;  S = W Y;  T likewise of V, by 1 / sqrt(n_i)
//   alike (W'W + rho I) Y = W'Z,  a few steps of conjugate gradients before each epoch, which pulls Z to S and Q to T

namespace eckart {
namespace {

/// One side's sets: where the regularization pulls its factors to.
class SetPull {
  public:
    SetPull(const CsrView& matrix, const SvdppOptions& options) : sets_(matrix), options_(options) {}

    /// `factors` are of this side; `y`, if given, is what to begin with.
    const DenseMatrix& before(std::int64_t epoch, const DenseMatrix& factors, const DenseMatrix* y) {
        if (epoch == 0) {
            y_ = DenseMatrix::Zero(sets_.columns(), factors.cols());
            if (y != nullptr) y_.leftCols(y->cols()) = *y;
        }
        if (epoch > 0 || y == nullptr) {
            sets_.solve(sets_.adjoint(factors), options_.set_regularization, options_.set_steps, y_);
        }
        sums_ = sets_.sums(y_);
        return sums_;
    }

    DenseMatrix factors() const { return y_.leftCols(options_.sgd.factors); }

  private:
    SetRegression sets_;
    const SvdppOptions& options_;
    DenseMatrix y_;
    DenseMatrix sums_;
};

void check(const SvdppOptions& options, const CsrView& matrix, const SvdppModel* start) {
    if (!(options.set_regularization > 0 && options.set_regularization <= 1e9)) {
        throw UsageError("set_regularization: found " + std::to_string(options.set_regularization) +
                         ", expected a number above 0, at most 1e9");
    }
    if (options.set_steps < 1) {
        throw UsageError("set_steps: found " + std::to_string(options.set_steps) + ", expected at least 1");
    }
    if (start != nullptr &&
        (start->set_factors.rows() != matrix.cols || start->set_factors.cols() != options.sgd.factors)) {
        throw UsageError("start: found set factors of another shape than this model's");
    }
}

}  // namespace

SvdppModel fit_svdpp(const CsrView& matrix, const SvdppOptions& options, const Progress& progress,
                     const SvdppModel* start) {
    check(options, matrix, start);
    const std::uint64_t sets = svdpp_memory(matrix.rows, matrix.cols, matrix.nonzeros(), options) -
                               sgd_memory(matrix.rows, matrix.cols, matrix.nonzeros(), options.sgd.factors);
    options.sgd.memory.require(sets, "the sets of SVD++");
    SetPull rows(matrix, options);
    std::optional<CsrMatrix> column_row;
    std::optional<SetPull> columns;
    if (options.both_sides) {
        column_row = transposed(matrix);
        columns.emplace(column_row->view(), options);
    }
    const auto pulls = [&](std::int64_t epoch, const SgdState& state) {
        SgdPulls now;
        now.rows = &rows.before(epoch, state.row_factors, start != nullptr ? &start->set_factors : nullptr);
        if (columns) now.columns = &columns->before(epoch, state.column_factors, nullptr);
        return now;
    };
    SvdppModel model;
    model.factorization =
        run_sgd(matrix, options.sgd, start != nullptr ? &start->factorization : nullptr, pulls, sets, progress);
    model.set_factors = rows.factors();
    return model;
}

AlsRows svdpp_rows(const CsrView& matrix, const SvdppColumns& columns, const AlsOptions& ridge) {
    const AlsColumns& known = columns.factorization;
    const DenseMatrix sums = set_sums(matrix, columns.set_factors);
    std::vector<float> values(matrix.values.begin(), matrix.values.end());
    for (std::int64_t row = 0; row < matrix.rows; ++row) {  // what the set predicts already: r - s_u . q_i
        for (std::int64_t p = matrix.row_offsets[row]; p < matrix.row_offsets[row + 1]; ++p) {
            values[p] -= known.factors.row(matrix.column_indices[p]).dot(sums.row(row));
        }
    }
    CsrView rest = matrix;
    rest.values = values;
    AlsRows rows = als_rows(rest, known, ridge);
    rows.factors += sums;
    return rows;
}

// With g_j = (q_j, 1) the rows of G, g the one of the column asked for, t_j = r_j - mean - c_j and
// A = G'G + diag(n lambda, ..., n lambda_b + kappa):
//
//     prediction - mean - c = q . s + g' A^-1 sum_j g_j (t_j - q_j . s) = sum_j w_j t_j + h . s
//     w_j = g' A^-1 g_j,   h = q - sum_j w_j q_j,   s = 1 / sqrt(n) sum_j y_j
std::vector<double> svdpp_contributions(const CsrView& row, std::int64_t column, const SvdppColumns& columns,
                                        const AlsOptions& ridge) {
    const AlsColumns& known = columns.factorization;
    const auto n = static_cast<Eigen::Index>(row.nonzeros());
    const Eigen::Index f = known.factors.cols();
    std::vector<double> contributions(n, 0.0);
    if (n == 0) return contributions;
    Eigen::MatrixXd design = Eigen::MatrixXd::Ones(n, f + 1), sets(n, f);
    for (Eigen::Index j = 0; j < n; ++j) {
        const std::int32_t one = row.column_indices[j];
        design.row(j).head(f) = known.factors.row(one).cast<double>();
        sets.row(j) = columns.set_factors.row(one).cast<double>();
    }
    Eigen::VectorXd asked = Eigen::VectorXd::Ones(f + 1);
    asked.head(f) = known.factors.row(column).transpose().cast<double>();
    Eigen::MatrixXd normal = design.transpose() * design;
    const AlsRidge weights_of_row = als_ridge(n, ridge);
    normal.diagonal().head(f).array() += static_cast<double>(weights_of_row.factors);
    normal(f, f) += static_cast<double>(weights_of_row.offset);
    const Eigen::VectorXd weights = design * solve_semidefinite(normal, asked);
    const Eigen::VectorXd set_weight =
        (asked.head(f) - design.leftCols(f).transpose() * weights) / std::sqrt(static_cast<double>(n));
    const Eigen::VectorXd by_set = sets * set_weight;
    for (Eigen::Index j = 0; j < n; ++j) {
        const auto offset = known.offsets[row.column_indices[j]];
        const double target = static_cast<double>(row.values[j]) - known.mean - static_cast<double>(offset);
        contributions[j] = weights(j) * target + by_set(j);
    }
    return contributions;
}

std::uint64_t svdpp_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, const SvdppOptions& options) {
    const auto lines = static_cast<std::uint64_t>(rows + columns);
    const auto floats = static_cast<std::uint64_t>(padded_factors(options.sgd.factors)) * sizeof(float);
    const std::uint64_t side = set_regression_memory(std::max(rows, columns), entries) + 7 * lines * floats;
    const std::uint64_t other = options.both_sides ? side + 8 * static_cast<std::uint64_t>(entries) : 0;
    return sgd_memory(rows, columns, entries, options.sgd.factors) + side + other;
}

}  // namespace eckart
