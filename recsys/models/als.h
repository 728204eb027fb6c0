#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Predicts mean + b_u + c_i + x_u . y_i by masked alternating least squares (fit_als in engine/completion/als.h). The
/// items' side is kept; b_u and x_u of a person are the exact minimum for their ratings, found each time. They are
/// linear in the ratings, given which items were rated, and so a prediction is explained as a sum over the ratings.
ModelKind als_kind();

}  // namespace eckart::recsys
