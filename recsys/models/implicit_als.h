#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Ranks by x_u . y_i, fitted to likes by implicit alternating least squares (fit_implicit_als in
/// engine/completion/implicit_als.h). The items' side is kept; x_u of a person is the exact minimum for their likes,
/// found each time: a sum over the likes, by which a score is explained.
ModelKind implicit_als_kind();

}  // namespace eckart::recsys
