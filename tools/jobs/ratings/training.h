#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "recsys/interface/model_kind.h"
#include "recsys/interface/ratings.h"
#include "tools/jobs/ratings/named_models.h"

namespace eckart::jobs {

/// Which model is fitted to ratings, and to which of them.
struct TrainingPlan {
    const recsys::ModelKind* kind;
    recsys::OptionValues options;
    std::optional<float> positive;  ///< ratings from here up are likes; nothing: all entries count
    std::string reason;             ///< why this kind, if nobody named one
};

/// Reads the model `text`, "als" or "als:factors=32", or takes "auto" if it is empty. Throws UsageError
/// if there is no such model or it lacks one of the options, or if `positive` is given for a model of ratings.
[[nodiscard]] TrainingPlan training_plan(const std::string& text, const ModelOptions& options,
                                         std::optional<float> positive);

/// The likes among the ratings; nothing if the model is fitted to all of them. Throws InputError if there is no like.
[[nodiscard]] std::optional<CsrMatrix> likes_among(const recsys::Ratings& ratings, const TrainingPlan& plan);

/// Bytes of the ratings themselves, with ids, and of what is fitted to them.
[[nodiscard]] std::uint64_t ratings_memory(const recsys::Ratings& ratings, const CsrView& fitted);

/// Bytes that training holds at once: while the ratings are gathered and ordered, or later beside the fit.
[[nodiscard]] std::uint64_t training_memory(const recsys::Ratings& ratings, const CsrView& fitted,
                                            const TrainingPlan& plan);

}  // namespace eckart::jobs
