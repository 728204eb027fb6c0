#pragma once

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// Finds its models: trials on a hidden part of the ratings say which kind ranks best, and which predicts ratings best
/// where there are ratings, and both are fitted to all (automatic_choice.h). Scores are those of the first, and
/// `rating_model` is the second. A rating from the mean of all up is a like for the first.
ModelKind automatic_kind();

}  // namespace eckart::recsys
