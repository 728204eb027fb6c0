#include "tools/cli/arguments/model_arguments.h"

#include <map>

#include "recsys/models/models.h"

namespace eckart::tools {
namespace {

/// The models that have each option, by its name.
std::map<std::string, std::vector<ModelUse>> uses() {
    std::map<std::string, std::vector<ModelUse>> by_name;
    for (const recsys::ModelKind& kind : recsys::model_kinds()) {
        for (const recsys::ModelOption& option : kind.options) {
            by_name[option.name].push_back({kind.name, option.description, option.default_value});
        }
    }
    return by_name;
}

}  // namespace

jobs::ModelOptions ModelArguments::given() const {
    jobs::ModelOptions options;
    for (const auto& [name, value] : values) {
        if (!value.empty()) options[name] = value;
    }
    return options;
}

std::vector<std::string> model_names() {
    std::vector<std::string> names;
    for (const recsys::ModelKind& kind : recsys::model_kinds()) names.push_back(kind.name);
    return names;
}

void declare_model_arguments(Arguments& arguments, ModelArguments& given) {
    for (const auto& [name, models] : uses()) arguments.model_option(given.values[name], "--" + name, models);
}

}  // namespace eckart::tools
