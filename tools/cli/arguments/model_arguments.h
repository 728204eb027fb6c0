#pragma once

#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/named_models.h"

namespace eckart::tools {

/// The options of all models, each name declared once however many models have it.
struct ModelArguments {
    jobs::ModelOptions values;  ///< by name; empty where the command line gave none

    jobs::ModelOptions given() const;
};

/// Declares `--NAME` for every option that a model has; the help says for each model what it does and its default.
void declare_model_arguments(Arguments& arguments, ModelArguments& given);

}  // namespace eckart::tools
