#include "engine/autoencoder/dropout.h"

#include <cmath>

#include "engine/support/error.h"

// Notation, as in the header: p the chance that an input is dropped, lambda the ridge.
//   L = lambda I + p / (1 - p) diag(X'X),   1 where it would be 0

namespace eckart {
namespace {

void check(double dropout, double regularization) {
    if (!(dropout >= 0 && dropout < 1)) {
        throw UsageError(
            "the dropout must be at least 0 and below 1: where every input is dropped, nothing is left to learn from");
    }
    if (!(regularization >= 0) || !std::isfinite(regularization)) {
        throw UsageError("the regularization must be a number, 0 or above");
    }
    if (dropout == 0 && regularization == 0) {
        throw UsageError("without dropout the regularization must be above 0: else the identity is best");
    }
}

}  // namespace

Eigen::VectorXd dropout_penalty(const Eigen::VectorXd& squared_column_norms, double dropout, double regularization) {
    check(dropout, regularization);
    const Eigen::VectorXd penalty = dropout / (1 - dropout) * squared_column_norms.array() + regularization;
    return (penalty.array() > 0).select(penalty, 1.0);
}

}  // namespace eckart
