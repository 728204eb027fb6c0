#pragma once

#include "engine/completion/als.h"
#include "engine/completion/sgd.h"

namespace eckart {

/// Defaults are those that were found on a validation part of MovieLens 1M.
struct SvdppOptions {
    SgdOptions sgd = {.epochs = 50, .regularization = 0.063};
    double set_regularization = 2;  ///< rho > 0, of the set factors
    std::int64_t set_steps = 3;     ///< conjugate gradient steps on the set factors before each epoch, >= 1
    bool both_sides = true;         ///< whether columns have sets too: the rows that have them
};

/// What SVD++ learned. r_ui is predicted as mean + b_u + c_i + z_u . q_i, the parts of `factorization`, where z_u =
/// p_u + 1 / sqrt(n_u) (sum over the row's stored columns j of y_j).
struct SvdppModel {
    SgdModel factorization;   ///< row_factors are Z
    DenseMatrix set_factors;  ///< Y, columns x f
};

/// Completes `matrix` as fit_sgd does, with the set of columns that a row has as a part of its factors (Koren,
/// "Factorization meets the neighborhood: a multifaceted collaborative filtering model", KDD 2008, section 4):
///
///     sum over stored (u,i) of  (r_ui - mean - b_u - c_i - z_u . q_i)^2
///                               + lambda (|z_u - s_u|^2 + |q_i - t_i|^2) + lambda_b (b_u^2 + c_i^2)
///     s_u = 1 / sqrt(n_u) sum of y_j over the row's columns,   t_i likewise of v_u over the column's rows
///
/// Here z and not p = z - s is what SGD moves, so that an epoch touches only z_u and q_i and is parallel as fit_sgd's
/// is. Before each epoch Y is moved towards the ridge regression of Z on the sets, min |Z - W Y|^2 + rho |Y|^2, by
/// conjugate gradients, and V likewise. t_i is zero where columns have no sets, as in the paper; with them the model
/// is the "flipped" one of Rendle, Zhang and Koren, "On the difficulty of evaluating baselines" (2019).
///
/// With `start`, goes on as fit_sgd does. Errors and interruption are as there.
[[nodiscard]] SvdppModel fit_svdpp(const CsrView& matrix, const SvdppOptions& options = {},
                                   const Progress& progress = {}, const SvdppModel* start = nullptr);

/// What is known of the columns. Borrows its arrays.
struct SvdppColumns {
    AlsColumns factorization;    ///< mean, Q and c
    ConstMatrixMap set_factors;  ///< Y, columns x f
};

/// The exact minimum over z_u and b_u for the rows of `matrix` with the columns given, with `ridge.power` 1 and the
/// lambdas and the prior of the fit. Same bytes for a row alone or among others. A row without entries has zeros.
[[nodiscard]] AlsRows svdpp_rows(const CsrView& matrix, const SvdppColumns& columns, const AlsOptions& ridge);

/// What each of a row's entries gives to the prediction at `column`, by its value and by being there: prediction = mean
/// + c_column + the sum. Exact, in float64; `row` is a matrix of one row.
[[nodiscard]] std::vector<double> svdpp_contributions(const CsrView& row, std::int64_t column,
                                                      const SvdppColumns& columns, const AlsOptions& ridge);

/// Bytes that fit_svdpp holds at most, beside the matrix.
std::uint64_t svdpp_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, const SvdppOptions& options);

}  // namespace eckart
