#pragma once

#include <cstdint>
#include <vector>

#include "engine/completion/rating_grid.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// What stochastic gradient descent moves. Factor rows are padded with zeros to whole vector registers.
struct SgdState {
    std::vector<float> row_biases;
    std::vector<float> column_biases;
    std::vector<float> row_priors;     ///< kappa / n_u: what each entry adds to the regularization of its row's bias
    std::vector<float> column_priors;  ///< kappa / n_i
    DenseMatrix row_factors;           ///< rows x padded f
    DenseMatrix column_factors;        ///< columns x padded f
};

/// Where the regularization pulls factors: to a row of these, or to zero where there is none.
struct SgdPulls {
    const DenseMatrix* rows = nullptr;     ///< rows x padded f
    const DenseMatrix* columns = nullptr;  ///< columns x padded f
};

/// Sizes of a step. Each entry's step goes down the gradient of half of
///
///     e^2 + regularization (|p_u - s_u|^2 + |q_i - t_i|^2)
///         + (bias_regularization + row_priors_u) b_u^2 + (bias_regularization + column_priors_i) c_i^2,
///     e = value - b_u - c_i - p_u . q_i
struct SgdSteps {
    float learning_rate;
    float bias_learning_rate;
    float regularization;
    float bias_regularization;
};

/// One epoch: a step for every entry of the grid, in an order that `seed` and `epoch` fix. Returns the sum of e^2, each
/// as it was just before its step.
double sgd_epoch(const RatingGrid& grid, const SgdSteps& steps, const SgdPulls& pulls, std::uint64_t seed,
                 std::int64_t epoch, SgdState& state);

/// Floats in a padded row of f factors.
std::int64_t padded_factors(std::int64_t factors);

}  // namespace eckart
