#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "recsys/evaluation/evaluation.h"
#include "recsys/evaluation/tuning.h"
#include "tools/cli/arguments/ratings_arguments.h"

namespace eckart::tools {

/// How long a search may go on.
struct TuneBudget {
    std::optional<std::size_t> trials;
    std::chrono::duration<double> time{0};

    bool is_spent(std::size_t trials_done, std::chrono::duration<double> time_gone) const {
        return trials ? trials_done >= *trials : time_gone >= time;
    }
};

/// Whether the best trial is the one with the least of it.
bool lower_is_better(const recsys::Measure& measure);

/// Reads "30" (trials), "90s", "10m" or "2h". Throws UsageError at anything else.
TuneBudget parse_budget(const std::string& text);

/// "--factors 64 --lambda 0.05", words quoted for the shell where they must be.
std::string option_words(const std::map<std::string, std::string>& options);

/// The command that fits the model with these options to the same ratings.
std::string train_command_line(const RatingsArguments& ratings, const std::string& model,
                               const std::map<std::string, std::string>& options);

/// Says on stderr what the last trial gave, and the best so far.
void note_trial(Session& session, const recsys::OptionSearch& search, const std::string& metric);

/// Prints the trials, best first, and the command that rebuilds the winner; with --json an object for each: `trial`,
/// `metric`, `value`, `seconds`, `options`, and at the end `best` and `command`.
void print_trials(Session& session, const recsys::OptionSearch& search, const recsys::Measure& measure,
                  const std::string& command);

}  // namespace eckart::tools
