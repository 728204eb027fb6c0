#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// `blend`: a weighted sum of the scores of other models of likes, each standardized to mean 0 and deviation 1 over all
/// items for each person, so that a weight means the same whatever the model's units. Explanations stay exact.
ModelKind blend_kind();

}  // namespace eckart::recsys
