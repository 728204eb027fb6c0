#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "recsys/serving/model_store.h"
#include "tools/cli/arguments/model_arguments.h"
#include "tools/cli/arguments/ratings_arguments.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// Which model is fitted to ratings, and to what of them.
struct TrainingPlan {
    const recsys::ModelKind* kind;
    recsys::OptionValues options;
    std::optional<float> positive;  ///< ratings from here up are likes; nothing: all entries count
    std::string reason;             ///< why this kind, if nobody named one
};

/// Reads the model `text`, "als" or "als:factors=32", or chooses one if it is empty. Throws UsageError if there is no
/// such model or it lacks one of the options, or if --positive is given to a model of ratings.
TrainingPlan training_plan(const std::string& text, const ModelOptions& given, const RatingsArguments& ratings_given,
                           const recsys::Ratings& ratings);

/// The likes among the ratings; nothing if the model is fitted to all of them. Throws InputError if there is no like.
std::optional<CsrMatrix> likes_among(const recsys::Ratings& ratings, const TrainingPlan& plan);

/// Bytes of the ratings themselves, with ids, and of what is fitted to them.
std::uint64_t ratings_memory(const recsys::Ratings& ratings, const CsrView& fitted);

/// Bytes that training holds at once: while the ratings are gathered and ordered, or later beside the fit.
std::uint64_t training_memory(const recsys::Ratings& ratings, const CsrView& fitted, const TrainingPlan& plan);

}  // namespace eckart::tools
