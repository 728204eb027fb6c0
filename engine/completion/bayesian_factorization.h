#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

/// Defaults are those that were found on validation parts of MovieLens 100K and 1M.
struct BayesOptions {
    std::int64_t factors = 32;  ///< k, in [2, 1024]: length of the vectors of rows and columns, their bias among them
    std::int64_t sweeps = 200;  ///< of the Gibbs sampler over columns and rows, >= 1
    std::int64_t burn_in = 60;  ///< sweeps before draws are kept, >= 0; where it leaves none the last sweep is kept
    std::int64_t samples =
        50;                ///< draws kept, >= 1: the last ones, (sweeps - burn_in) / samples sweeps apart, rounded down
    bool row_sets = true;  ///< whether the set of columns that a row has says something of it
    bool column_sets = true;     ///< likewise the set of rows that a column has
    std::int64_t set_steps = 5;  ///< conjugate gradient steps a draw of the sets, from the draw before, >= 1
    std::uint64_t seed = 1;
    MemoryBudget memory = {};  ///< of what is allocated here
};

/// What draws of the columns' side say, all that the prediction of a row needs beside its entries. Borrows its arrays.
///
/// Values are centered and scaled: t = (value - mean) / deviation. A vector's last number is its bias.
struct BayesColumns {
    double mean = 0;
    double deviation = 1;
    ConstMatrixMap column_factors{nullptr, 0, 0};  ///< samples * columns x k: the columns of one draw after the other's
    ConstMatrixMap set_factors{nullptr, 0, 0};     ///< the same; 0 x 0 without row sets
    ConstMatrixMap priors{nullptr, 0,
                          0};      ///< samples * (k + 1) x k: Lambda and below it mu of one draw after another's
    std::span<const float> noise;  ///< alpha of each draw

    std::int64_t samples() const { return static_cast<std::int64_t>(noise.size()); }
    std::int64_t factors() const { return column_factors.cols(); }
    std::int64_t columns() const { return noise.empty() ? 0 : column_factors.rows() / samples(); }
};

/// What was drawn. Shapes are those of BayesColumns.
struct BayesModel {
    double mean = 0;
    double deviation = 1;
    DenseMatrix column_factors;
    DenseMatrix set_factors;
    DenseMatrix priors;
    std::vector<float> noise;
    std::vector<double> loss;  ///< root of the mean squared error of each sweep's draw on the entries, in their units
    bool interrupted = false;

    BayesColumns columns() const;
};

/// Completes `matrix` (an entry that is not stored is unknown, not zero) by drawing from the posterior of
///
///     t_ui ~ N(b_u + c_i + p_u . q_i, 1 / alpha)
///     z_u = (p_u, b_u) ~ N(mu + 1 / sqrt(n_u) (sum of y_j over the row's stored columns j), Lambda^-1)
///     y_j ~ N(0, (rho Lambda)^-1),   mu and Lambda normal-Wishart,   alpha and rho gamma
///
/// and the same for the columns' vectors (q_i, c_i), with the rows that a column has for its set. This is Bayesian
/// probabilistic matrix factorization (Salakhutdinov and Mnih, "Bayesian probabilistic matrix factorization using
/// Markov chain Monte Carlo", ICML 2008) whose prior means are regressions on the sets, as in Macau (Simm et al.,
/// 2015); the model with both sets is the "Bayesian SVD++ flipped" that Rendle, Zhang and Koren ("On the difficulty of
/// evaluating baselines", 2019) found to be the best of its kind.
///
/// Gibbs sampling: every conditional is drawn as it is, except that the equations of the y are solved by some steps of
/// conjugate gradients. Priors are BPMF's (scale I, k degrees of freedom, beta 2), alpha's and rho's gamma(1, 1).
///
/// Rows are drawn in parallel, each from random numbers of its own: the same bytes for any number of threads. With
/// `start`, goes on from its last draw, without a burn-in, and keeps of the old draws as many as there is room for. An
/// interruption after the first sweep returns what there is. Costs about 2 nnz k^2 + (rows + columns) k^3 / 3 + 16
/// set_steps nnz k flops a sweep.
///
/// Throws UsageError if an option is out of range, the matrix has no entry or one that is not finite, or `start` does
/// not fit; MemoryError past the budget.
[[nodiscard]] BayesModel fit_bayes(const CsrView& matrix, const BayesOptions& options = {},
                                   const Progress& progress = {}, const BayesColumns* start = nullptr);

/// Puts the predictions for each row of `matrix` at every column into `predictions` (rows x columns): the mean over the
/// draws of the posterior mean, exact for each draw. Same bytes for a row alone or among others.
void bayes_predictions(const CsrView& matrix, const BayesColumns& columns, PanelRef<float> predictions);

/// A prediction in its parts.
struct BayesContributions {
    double base = 0;                    ///< prediction for a row without entries
    std::vector<double> contributions;  ///< what each entry gives, by its value and by being there
};

/// prediction = base + the sum of the contributions. Exact, in float64; `row` is a matrix of one row.
[[nodiscard]] BayesContributions bayes_contributions(const CsrView& row, std::int64_t column,
                                                     const BayesColumns& columns);

/// Bytes that fit_bayes holds at most, beside the matrix.
std::uint64_t bayes_memory(std::int64_t rows, std::int64_t columns, std::int64_t entries, const BayesOptions& options);

}  // namespace eckart
