#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Biased matrix factorization by stochastic gradient descent (fit_sgd in engine/completion/sgd.h). A person's factors
/// and bias are the exact minimum of its objective given the items' side, so that the steps that a stored user happened
/// to get leave no trace: on validation data that costs nothing, and is a little better while steps are still large.
/// Training can go on from a model: it begins from the users' exact factors and the size that steps had reached.
ModelKind sgd_kind();

/// The same with the set of items that a person rated as a part of their factors (fit_svdpp in
/// engine/completion/svdpp.h).
ModelKind svdpp_kind();

}  // namespace eckart::recsys
