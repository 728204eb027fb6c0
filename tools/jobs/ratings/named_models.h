#pragma once

#include <map>
#include <string>
#include <vector>

#include "recsys/models/models.h"

namespace eckart::jobs {

/// Values for options of models, by name, as people gave them: {"factors", "64"}.
using ModelOptions = std::map<std::string, std::string>;

/// One model with the options that it is to have.
struct NamedModel {
    std::string label;  ///< as it was given
    const recsys::ModelKind* kind;
    ModelOptions options;
};

/// Reads "als,ease:lambda=500,als:factors=128:lambda=0.05". Options in the list go before `common`, of which each model
/// takes those that it has. Throws UsageError, naming what there is, where a model or an option of the list is unknown,
/// or where no model has one of the `common` options.
[[nodiscard]] std::vector<NamedModel> named_models(const std::string& list, const ModelOptions& common);

}  // namespace eckart::jobs
