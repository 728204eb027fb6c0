#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Predicts mean + b_u + c_i + x_u . y_i by masked alternating least squares (fit_als in engine/completion/als.h). What
/// is kept is the items' side; a person's b_u and x_u are the exact minimum for their ratings, found anew each time,
/// and so they are linear in the ratings, given which items were rated: that is how a prediction is explained.
ModelKind als_kind();

}  // namespace eckart::recsys
