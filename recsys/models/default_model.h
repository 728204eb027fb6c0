#pragma once

#include <string>

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// A kind of model chosen for some ratings.
struct DefaultModel {
    const ModelKind* kind;  ///< one of `model_kinds`
    std::string reason;     ///< for people, to follow the name: "since the ratings differ"
};

/// The model to fit where nobody names one: `als` where ratings differ; `ease` where they only say who had what, or
/// `implicit-als` for more than 20,000 items, since the weights of EASE are a dense items x items matrix.
DefaultModel default_model(const CsrView& user_item);

}  // namespace eckart::recsys
