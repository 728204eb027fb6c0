#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/support/error.h"
#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// All kinds, in the order in which help shows them.
std::span<const ModelKind> model_kinds();

/// Throws UsageError, listing the kinds that there are, if there is none of that name.
const ModelKind& model_kind(std::string_view name);

/// What throws where a model lacks something that others have, with a list of those that have it.
UsageError compares_no_items(std::string_view model);
UsageError no_item_vectors(std::string_view model);
UsageError no_user_vectors(std::string_view model);
UsageError maps_no_attributes(std::string_view model);

}  // namespace eckart::recsys
