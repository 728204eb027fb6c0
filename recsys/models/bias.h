#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Predicts mean + b_u + c_i (fit_offsets in engine/completion/offsets.h): b_u is how high this person rates, c_i how
/// high this item is rated. Given a profile of n ratings
///
///     b_u = sum over its items j of (r_j - mean - c_j) / (n + lambda_user),
///
/// which for a profile that was fitted is the b_u of the fit. The offsets are solved for to roundoff at once, so there
/// is nothing to go on from.
ModelKind bias_kind();

}  // namespace eckart::recsys
