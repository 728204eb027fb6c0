#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "recsys/evaluation/tuning.h"
#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/named_models.h"
#include "tools/jobs/ratings/rating_splits.h"
#include "tools/jobs/ratings/ratings_source.h"

namespace eckart::jobs {

/// How long a search may go on.
struct TuneBudget {
    std::optional<std::size_t> trials;      ///< trials to make, with those of a journal; nothing: `time` counts
    std::chrono::duration<double> time{0};  ///< in which trials are begun
};

struct TuneResult {
    std::vector<recsys::Trial> trials;    ///< in the order in which they were made
    std::vector<std::size_t> best_first;  ///< places of trials; those that failed last
    std::string metric;                   ///< what decided
    bool interrupted = false;             ///< trials until then are here
    Notes notes = {};                     ///< "trial-failed", one for each; "best-at-edge" of an option

    /// The options of the best trial; nothing if no trial has a value.
    std::optional<ModelOptions> best() const;
};

struct TuneOptions {
    std::string model;        ///< the name of one model, without options
    ModelOptions fixed = {};  ///< options that are not searched
    TuneBudget budget = {.trials = 30};
    std::string metric = {};  ///< what decides, as recsys::parse_measures reads it; empty: as fits protocol and model
    std::optional<float> positive = {};  ///< ratings from here up are likes, for models of likes; nothing: all are
    ProtocolOptions protocol = {};       ///< without files
    bool whole = false;                  ///< all ratings are for training: a test lies elsewhere
    std::string journal = {};            ///< a file that keeps the trials; empty: none does
    bool resume = false;                 ///< goes on from the journal
    /// Called after each trial with what was found until then.
    std::function<void(const TuneResult&)> after_trial = {};
};

/// Searches the options of a model: fits and measures on validation data that are cut from training until the budget is
/// spent. What `evaluate_ratings` tests with, with the same protocol and seed, is in neither, unless `whole`. A fit
/// that fails because of its options is a trial without a value. When it is interrupted, the result has what was found.
///
/// Throws UsageError where options do not go together, there is nothing to search, or no trial had a value; and as
/// read_ratings and TuneJournal do.
[[nodiscard]] TuneResult tune(const RatingsSource& source, const TuneOptions& options, const Work& work);

}  // namespace eckart::jobs
