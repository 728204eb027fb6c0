#include "tools/jobs/ratings/named_models.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/support/error.h"

namespace eckart::jobs {
namespace {

bool has_option(const recsys::ModelKind& kind, const std::string& name) {
    return std::any_of(kind.options.begin(), kind.options.end(),
                       [&](const recsys::ModelOption& option) { return option.name == name; });
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        parts.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

NamedModel parsed_model(const std::string& text, const ModelOptions& common) {
    const std::vector<std::string> parts = split(text, ':');
    NamedModel model{text, &recsys::model_kind(parts[0]), {}};
    for (const auto& [name, value] : common) {
        if (has_option(*model.kind, name)) model.options[name] = value;
    }
    for (std::size_t p = 1; p < parts.size(); ++p) {
        const std::size_t equals = parts[p].find('=');
        if (equals == std::string::npos || equals + 1 == parts[p].size()) {
            throw UsageError(
                fmt::format("model: found \"{}\" in \"{}\", expected OPTION=VALUE, for example "
                            "{}:lambda=0.1",
                            parts[p], text, parts[0]));
        }
        model.options[parts[p].substr(0, equals)] = parts[p].substr(equals + 1);
    }
    static_cast<void>(recsys::OptionValues(model.kind->options, model.options));  // refuses names that it does not have
    return model;
}

}  // namespace

std::vector<NamedModel> named_models(const std::string& list, const ModelOptions& common) {
    std::vector<NamedModel> models;
    for (const std::string& text : split(list, ',')) models.push_back(parsed_model(text, common));
    for (const auto& option : common) {
        const std::string& name = option.first;
        const bool taken =
            std::any_of(models.begin(), models.end(), [&](const NamedModel& m) { return has_option(*m.kind, name); });
        if (!taken) throw UsageError(fmt::format("{}: {} has no such option", name, list));
    }
    return models;
}

}  // namespace eckart::jobs
