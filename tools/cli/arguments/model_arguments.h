#pragma once

#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/ratings/named_models.h"

namespace eckart::tools {

/// The options of all models, each name declared once however many models have it.
struct ModelArguments {
    jobs::ModelOptions values;  ///< by name; empty where the command line gave none

    jobs::ModelOptions given() const;
};

/// The names of all models, in the order in which help shows them.
std::vector<std::string> model_names();

/// Declares `--NAME` for every option that a model has.
void declare_model_arguments(Arguments& arguments, ModelArguments& given);

}  // namespace eckart::tools
