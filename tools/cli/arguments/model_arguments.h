#pragma once

#include <map>
#include <string>
#include <vector>

#include "recsys/models/models.h"
#include "tools/cli/arguments/arguments.h"

namespace eckart::tools {

/// Values for options of models, by name, as people gave them.
using ModelOptions = std::map<std::string, std::string>;

/// The options of all models, each name declared once however many models have it.
struct ModelArguments {
    ModelOptions values;  ///< by name; empty where the command line gave none

    ModelOptions given() const;
};

/// The names of all models, in the order in which help shows them.
std::vector<std::string> model_names();

/// Declares `--NAME` for every option that a model has.
void declare_model_arguments(Arguments& arguments, ModelArguments& given);

/// One model with the options that it is to have.
struct NamedModel {
    std::string label;  ///< as it was given
    const recsys::ModelKind* kind;
    ModelOptions options;
};

/// Reads "als,ease:lambda=500,als:factors=128:lambda=0.05". Options in the list go before `common`, of which each model
/// takes those that it has. Throws UsageError, naming what there is, where a model or an option of the list is unknown,
/// or where no model has one of the `common` options.
std::vector<NamedModel> named_models(const std::string& list, const ModelOptions& common);

}  // namespace eckart::tools
