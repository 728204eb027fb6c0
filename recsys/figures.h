#pragma once

#include <string>
#include <string_view>

#include "engine/matrix/csr.h"
#include "engine/support/error.h"
#include "recsys/recommender.h"

// For the .cpp files of models: what they say of themselves, and reading it back. Not installed.

namespace eckart::recsys {

/// Lowest and highest stored value; there must be one.
RatingScale scale_of(const CsrView& ratings);

/// The number in as few digits as tell it from all others.
std::string shortest(double number);

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
