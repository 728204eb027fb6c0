#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Ranks by x_u . y_i, fitted to likes by implicit alternating least squares (fit_implicit_als in
/// engine/completion/implicit_als.h). The items' side is kept; x_u of a person is the exact minimum for their likes,
/// found each time: a sum over the likes, by which a score is explained.
ModelKind implicit_als_kind();

/// What implicit-als takes where an option is 0.
struct UsualWeights {
    double unobserved_weight;  ///< alpha
    double lambda;
};

/// Of N likes of U people and I items (those that have some), with the regularization to the power nu:
///
///     alpha = 0.8 sqrt(N / (U I)),    lambda = 3.5 / (alpha sqrt(U I))^nu
///
/// A direction of the likes is learned where its singular value exceeds the root of the product of the two sides'
/// regularizations, which is about lambda (alpha sqrt(U I))^nu: here always 3.5, whatever the size and density. The two
/// constants are the best over several collections and thinned parts of them.
UsualWeights usual_weights(const RatingsShape& likes, double power);

}  // namespace eckart::recsys
