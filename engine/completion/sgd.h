#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

/// Defaults are those that were found on a validation part of MovieLens 1M.
struct SgdOptions {
    std::int64_t factors = 64;          ///< f, in [1, 4096]
    std::int64_t epochs = 30;           ///< passes over the entries, >= 1
    double learning_rate = 0.022;       ///< size of the first epoch's steps, in (0, 1]
    double decay = 0.95;                ///< each epoch's steps are those of the epoch before times this, in (0, 1]
    double regularization = 0.045;      ///< lambda, >= 0: of factors, a part for each entry
    double bias_regularization = 0.01;  ///< lambda_b, >= 0: of biases, a part for each entry
    double bias_prior = 3;   ///< kappa >= 0: entries of average value that biases are shrunk by, whatever their number
    std::uint64_t seed = 1;  ///< of the start and of the order of the entries
    MemoryBudget memory = {};  ///< of what is allocated here
};

/// What SGD learned. r_ui is predicted as mean + row_biases[u] + column_biases[i] + row_factors_u . column_factors_i.
struct SgdModel {
    double mean = 0;                   ///< of the stored values
    std::vector<float> row_biases;     ///< b
    std::vector<float> column_biases;  ///< c
    DenseMatrix row_factors;           ///< P, rows x f
    DenseMatrix column_factors;        ///< Q, columns x f
    std::vector<double> loss;          ///< of each epoch: root of the mean squared error just before each entry's step
    std::int64_t epochs = 0;           ///< done, those of the model that was gone on from included
    double learning_rate = 0;          ///< of the next epoch
    bool interrupted = false;
    std::string note;  ///< what was done otherwise than asked, and why; empty if nothing
};

/// Completes `matrix` (an entry that is not stored is unknown, not zero) by stochastic gradient descent on
///
///     sum over stored (u,i) of  (r_ui - mean - b_u - c_i - p_u . q_i)^2
///                               + lambda (|p_u|^2 + |q_i|^2) + lambda_b (b_u^2 + c_i^2)
///     + kappa (|b|^2 + |c|^2)
///
/// (Koren, Bell and Volinsky, "Matrix factorization techniques for recommender systems", Computer 42(8), 2009), with
/// steps that shrink geometrically. Entries are visited block by block (rating_grid.h): parallel, and the same bytes
/// for any number of threads. A row or column without entries keeps bias 0 and gets zero factors. Steps that diverge
/// are begun anew at half the size, and `note` says so.
///
/// With `start`, goes on from its factors, biases and step size for `options.epochs` more; rows beyond those of `start`
/// begin anew. An interruption after the first epoch returns what there is.
///
/// Costs about 12 nnz f flops an epoch. Throws UsageError if an option is out of range, the matrix has no entry, or
/// `start` has another number of columns or factors; MemoryError past the budget.
[[nodiscard]] SgdModel fit_sgd(const CsrView& matrix, const SgdOptions& options = {}, const Progress& progress = {},
                               const SgdModel* start = nullptr);

/// Bytes that fit_sgd holds at most, beside the matrix.
std::uint64_t sgd_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, std::int64_t factors);

}  // namespace eckart
