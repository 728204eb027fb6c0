#pragma once

#include <Eigen/Core>

namespace eckart {

/// What dropout is on average, for a linear map B of the rows of X (m x n): noise that sets each input to zero with
/// probability p and divides the others by 1 - p has
///
///     E ||X - noise(X) B||^2 = ||X - X B||^2 + p / (1 - p) ||diag(X'X)^1/2 B||^2,
///
/// exactly, since the noise of different inputs is independent and has mean zero (Srivastava et al., "Dropout: a simple
/// way to prevent neural networks from overfitting", JMLR 15, 2014, section 9.1; Wager, Wang and Liang, "Dropout
/// training as adaptive regularization", NIPS 2013). Together with lambda ||B||^2 this is ||L^1/2 B||^2 for the
/// diagonal matrix
///
///     L = lambda I + p / (1 - p) diag(X'X),
///
/// whose diagonal (n) is returned, for `squared_column_norms` the diagonal of X'X. Where both are zero it is 1: any
/// number above zero holds the weights of an empty column at zero.
///
/// Throws UsageError if p is not in [0, 1), if lambda is negative or not finite, or if neither is above zero.
Eigen::VectorXd dropout_penalty(const Eigen::VectorXd& squared_column_norms, double dropout, double regularization);

}  // namespace eckart
