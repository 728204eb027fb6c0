#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"

// For the .cpp files of models: reading back what figures_json said. Not installed.

namespace eckart::recsys {

/// Calls `read` with the parsed figures. Throws DamagedError, naming the model, where it does not find what it needs.
template <typename Read>
auto read_figures(std::string_view model, const std::string& figures_json, Read read) {
    try {
        return read(nlohmann::json::parse(figures_json));
    } catch (const nlohmann::json::exception& problem) {
        throw DamagedError("the figures of the model " + std::string(model) + " lack what it needs (" + problem.what() +
                           "); train it anew");
    }
}

}  // namespace eckart::recsys
