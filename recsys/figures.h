#pragma once

#include <string>
#include <string_view>

#include "engine/support/error.h"

// For the .cpp files of models: reading back what figures_json said. Not installed.

namespace eckart::recsys {

/// Calls `read` with the parsed figures; Json is nlohmann::json, which headers leave to those who include them. Throws
/// DamagedError, naming the model, where `read` does not find what it needs.
template <typename Json, typename Read>
auto read_figures(std::string_view model, const std::string& figures_json, Read read) {
    try {
        return read(Json::parse(figures_json));
    } catch (const typename Json::exception& problem) {
        throw DamagedError("the figures of the model " + std::string(model) + " lack what it needs (" + problem.what() +
                           "); train it anew");
    }
}

}  // namespace eckart::recsys
