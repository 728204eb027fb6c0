#pragma once

#include <span>
#include <string>
#include <string_view>

#include "engine/matrix/csr.h"
#include "engine/support/error.h"
#include "recsys/interface/recommender.h"

// For the .cpp files of models: what they say of themselves and of a score, and reading it back. Not installed.

namespace eckart::recsys {

/// Lowest and highest stored value; there must be one.
RatingScale scale_of(const CsrView& ratings);

/// The score base + sum of `parts`, which are those of the profile's entries.
Explanation explanation_of(double base, const Profile& profile, std::span<const double> parts);

/// The number in as few digits as tell it from all others.
std::string shortest(double number);

/// Calls `read` with the parsed figures; Json is nlohmann::json, which headers leave to those who include them. Throws
/// DamagedError, naming the model, where `read` does not find what it needs, or finds what it cannot use (UsageError).
template <typename Json, typename Read>
auto read_figures(std::string_view model, const std::string& figures_json, Read read) {
    const auto damaged = [&](const char* problem) {
        return DamagedError("the figures of the model " + std::string(model) + " lack what it needs (" + problem +
                            "); train it anew");
    };
    try {
        return read(Json::parse(figures_json));
    } catch (const typename Json::exception& problem) {
        throw damaged(problem.what());
    } catch (const UsageError& problem) {
        throw damaged(problem.what());
    }
}

}  // namespace eckart::recsys
