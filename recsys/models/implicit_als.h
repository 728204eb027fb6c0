#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Ranks by x_u . y_i, fitted to likes by implicit alternating least squares (fit_implicit_als in
/// engine/completion/implicit_als.h). What is kept is the items' side; a person's x_u is the exact minimum for their
/// likes, found anew each time: a sum over the likes, and that is how a score is explained.
ModelKind implicit_als_kind();

}  // namespace eckart::recsys
