#pragma once

#include "recsys/interface/ratings.h"
#include "tools/jobs/plans/plan.h"
#include "tools/jobs/ratings/training.h"

namespace eckart::jobs {

/// What training a model on ratings would take; trains it on two parts of the users.
[[nodiscard]] Plan plan_training(const recsys::Ratings& ratings, const TrainingPlan& training, const Work& work);

}  // namespace eckart::jobs
