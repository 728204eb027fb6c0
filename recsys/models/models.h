#pragma once

#include <span>
#include <string_view>

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// All kinds, in the order in which help shows them.
std::span<const ModelKind> model_kinds();

/// Throws UsageError, naming the kinds that there are, if there is none of that name.
const ModelKind& model_kind(std::string_view name);

}  // namespace eckart::recsys
