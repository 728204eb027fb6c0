#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Ranks items by how many users have them, the same for everybody: what other models must beat, and what answers where
/// nothing is known of a person. A score is a number of users.
ModelKind popular_kind();

}  // namespace eckart::recsys
