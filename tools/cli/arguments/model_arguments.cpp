#include "tools/cli/arguments/model_arguments.h"

#include <algorithm>

#include "recsys/models/models.h"

namespace eckart::tools {
namespace {

using recsys::ModelKind;
using recsys::ModelOption;

/// What help says of each name: "als, sgd: columns of the factors [64]; ease: ...".
std::map<std::string, std::string> descriptions() {
    std::map<std::string, std::vector<std::pair<std::string, std::string>>> texts;  // by name: text and its models
    for (const ModelKind& kind : recsys::model_kinds()) {
        for (const ModelOption& option : kind.options) {
            const std::string text =
                option.description + (option.default_value.empty() ? "" : " [" + option.default_value + "]");
            auto& known = texts[option.name];
            const auto same =
                std::find_if(known.begin(), known.end(), [&](const auto& pair) { return pair.first == text; });
            if (same == known.end()) {
                known.emplace_back(text, kind.name);
            } else {
                same->second += ", " + kind.name;
            }
        }
    }
    std::map<std::string, std::string> joined;
    for (const auto& [name, parts] : texts) {
        for (const auto& [text, kinds] : parts) {
            joined[name].append(joined[name].empty() ? "" : "; ").append(kinds).append(": ").append(text);
        }
    }
    return joined;
}

}  // namespace

jobs::ModelOptions ModelArguments::given() const {
    jobs::ModelOptions options;
    for (const auto& [name, value] : values) {
        if (!value.empty()) options[name] = value;
    }
    return options;
}

void declare_model_arguments(Arguments& arguments, ModelArguments& given) {
    for (const auto& [name, description] : descriptions()) {
        arguments.option(given.values[name], "--" + name, "X", description);
    }
}

}  // namespace eckart::tools
