#pragma once

#include "tools/cli/terminal/session.h"
#include "tools/jobs/ratings/predict.h"

namespace eckart::tools {

/// Prints predictions: for people the score and the title, with `users` tab-separated rows under a header; with --json
/// an object for each: `user` (null for a visitor), `item`, `title`, `score`, `source`. Throws UnknownIdError at the
/// end if users or items were unknown.
void print_predictions(Session& session, const jobs::OpenModel& model, const jobs::Predictions& predictions,
                       bool users);

}  // namespace eckart::tools
