#pragma once

#include "recsys/models.h"

namespace eckart::recsys {

/// `ease`: a linear autoencoder with zero diagonal, in closed form (engine/factor/linear_autoencoder.h).
ModelKind ease_kind();

}  // namespace eckart::recsys
