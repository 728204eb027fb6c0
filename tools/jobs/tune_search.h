#pragma once

#include <cstdint>
#include <string>

#include "recsys/evaluation/evaluation.h"
#include "recsys/evaluation/tuning.h"
#include "tools/jobs/rating_splits.h"
#include "tools/jobs/tune_journal.h"
#include "tools/jobs/tuned_trials.h"

namespace eckart::tools {

/// What options are searched for.
struct TuneSubject {
    const recsys::ModelKind* kind;
    recsys::Measure measure;   ///< decides
    recsys::Split split = {};  ///< training and validation
    float positive = 0;        ///< ratings from here on are likes
};

/// The measure called `name`, or if that is empty the one that fits the protocol and the model. Throws UsageError if
/// the model cannot be measured by it.
recsys::Measure deciding_measure(std::string name, const std::string& protocol, const recsys::ModelKind& kind);

/// Training and validation data. What `evaluate` would test with, with the same protocol and seed, is in neither,
/// unless `whole`: then all ratings are for training.
recsys::Split tuning_split(const ProtocolArguments& given, const recsys::Ratings& ratings, bool whole,
                           std::uint64_t seed);

/// Fits and measures what `search` proposes until the budget is spent; each trial is in the journal once it is done.
/// False if the user interrupted it.
bool search_within(const TuneBudget& budget, Session& session, const TuneSubject& subject, const TuneJournal& journal,
                   recsys::OptionSearch& search);

}  // namespace eckart::tools
