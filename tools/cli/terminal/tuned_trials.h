#pragma once

#include <string>

#include "tools/cli/terminal/session.h"
#include "tools/jobs/ratings/tune.h"

namespace eckart::tools {

/// "--factors 64 --lambda 0.05", words quoted for the shell where they must be.
std::string option_words(const jobs::ModelOptions& options);

/// The command that fits the model with these options to the same ratings.
std::string train_command_line(const jobs::RatingsSource& ratings, const jobs::TuneOptions& tuned,
                               const jobs::ModelOptions& options);

/// Says on stderr what the last trial gave, and the best until then.
void note_trial(Session& session, const jobs::TuneResult& found);

/// Prints the trials, best first, and the command that rebuilds the winner; with --json an object for each: `trial`,
/// `metric`, `value`, `seconds`, `options`, and at the end `best` and `command`. Prints nothing if no trial has a
/// value.
void print_trials(Session& session, const jobs::TuneResult& found, const jobs::RatingsSource& ratings,
                  const jobs::TuneOptions& tuned);

}  // namespace eckart::tools
