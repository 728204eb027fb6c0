#pragma once

#include <memory>
#include <string>
#include <vector>

#include "recsys/interface/model_kind.h"

// What ease and edlae share: linear autoencoders of full rank. Not installed.

namespace eckart::recsys {

/// lambda, popularity, arithmetic, keep.
std::vector<ModelOption> item_autoencoder_options();

/// Fits the model of that name to these likes with this dropout: exactly within the budget, past it approximately, with
/// a note. Throws MemoryError if that does not fit either.
Fitted fit_item_autoencoder(const std::string& model, double dropout, const CsrView& likes, const OptionValues& values,
                            const FitContext& context);

/// Bytes that fitting takes, beside the ratings.
std::uint64_t item_autoencoder_memory(const RatingsShape& shape, const OptionValues& values,
                                      const MemoryBudget& memory);

/// (likes of each item / the mean)^popularity: factors of the scores of the items.
std::vector<double> popularity_scale(const CsrView& user_item, const OptionValues& values);

/// Throws UsageError if there is a model to go on from, or no like.
void require_likes_alone(const std::string& model, const CsrView& user_item, const FitContext& context);

}  // namespace eckart::recsys
