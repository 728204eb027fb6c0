#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// `ease`: a linear autoencoder with zero diagonal, in closed form (engine/autoencoder/linear_autoencoder.h).
ModelKind ease_kind();

}  // namespace eckart::recsys
