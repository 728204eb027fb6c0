#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct AlsOptions {
    std::int64_t factors = 64;   ///< f >= 1
    double lambda = 0.45;        ///< regularization of the factors, > 0
    double offset_lambda = 0.1;  ///< regularization of the offsets, > 0
    /// p: how the regularization of a row grows with its number n of entries, as n^p; 1 is weighted lambda, 0 the plain
    /// ridge.
    double power = 0.65;
    /// What does not grow with n, so that rows of few entries stay near to the mean: entries of average value that an
    /// offset is shrunk by, and what is added to n^p for factors; >= 0.
    double offset_prior = 3;
    double factor_prior = 6;
    std::int64_t sweeps = 20;  ///< over rows, then columns; >= 1
    std::uint64_t seed = 1;    ///< of the first column factors
    MemoryBudget memory = {};
};

/// The weights of the regularization of a row of n entries: lambda (n^p + factor_prior), and offset_lambda n^p +
/// offset_prior.
struct AlsRidge {
    float factors;
    float offset;
};
AlsRidge als_ridge(std::int64_t entries, const AlsOptions& options);

/// What is known of the columns, and so all that a row's prediction needs beside its entries. Borrows its arrays.
struct AlsColumns {
    double mean;                     ///< mu, of the stored values
    ConstMatrixMap factors;          ///< Y, columns x f
    std::span<const float> offsets;  ///< c, columns
};

/// What alternating least squares learned of the columns; that of a row follows from its entries (`als_rows`).
struct AlsModel {
    double mean = 0;                     ///< mu, of the stored values
    DenseMatrix factors;                 ///< Y, columns x f
    std::vector<float> offsets;          ///< c, columns
    std::vector<double> loss;            ///< objective after each sweep; never increases
    std::int64_t solved_in_float64 = 0;  ///< rows and columns whose equations were too ill-conditioned for float32
    bool interrupted = false;            ///< whether sweeps were left out because the caller wished so

    AlsColumns columns() const { return {mean, {factors.data(), factors.rows(), factors.cols()}, offsets}; }
};

/// What follows from the entries of rows.
struct AlsRows {
    DenseMatrix factors;         ///< X, rows x f
    std::vector<float> offsets;  ///< b, rows
};

/// Completes `matrix` (an entry that is not stored is unknown, not zero) by r_ui ~ mu + b_u + c_i + x_u . y_i with
///
///     min  sum over stored (u,i) of (r_ui - mu - b_u - c_i - x_u . y_i)^2
///          + sum_u (lambda (n_u^p + q) |x_u|^2 + (offset_lambda n_u^p + kappa) b_u^2)   + the same of y_i, c_i, n_i
///
/// where n_u and n_i count stored entries, and q and kappa are factor_prior and offset_prior: weighted-lambda
/// regularization (Zhou, Wilkinson, Schreiber and Pan, "Large-scale parallel collaborative filtering for the Netflix
/// prize", AAIM 2008, section 3.2) with the offsets as one more factor on each side, whose partner is 1. So each half
/// of a sweep minimizes the objective exactly, and it never increases. Rows and columns without entries get zeros.
///
/// Each system is solved by Cholesky in float32, or in float64 where its pivots call for it. Costs about
/// nnz f^2 + (rows + columns) f^3 / 3 multiplications a half sweep, less where rows are shorter than f. With `start` it
/// goes on from those columns. If the caller interrupts after the first sweep, what is there is returned.
///
/// Throws UsageError if an option is out of range, there is no entry, `start` does not fit, or a value is not finite or
/// above 1e6 in magnitude; MemoryError past the budget.
[[nodiscard]] AlsModel fit_als(const CsrView& matrix, const AlsOptions& options = {}, const Progress& progress = {},
                               const AlsColumns* start = nullptr);

/// The exact minimum for the rows of `matrix` with the columns given. Same bytes for a row alone or among
/// others.
[[nodiscard]] AlsRows als_rows(const CsrView& matrix, const AlsColumns& columns, const AlsOptions& options);

/// What each of a row's entries gives to the prediction at `column`: prediction = mu + c_column + the sum. Exact, in
/// float64; `row` is a matrix of one row.
[[nodiscard]] std::vector<double> als_contributions(const CsrView& row, std::int64_t column, const AlsColumns& columns,
                                                    const AlsOptions& options);

/// Bytes that fit_als holds beside its input.
std::uint64_t als_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, std::int64_t factors);

}  // namespace eckart
