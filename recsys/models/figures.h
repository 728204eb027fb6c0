#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/support/error.h"
#include "recsys/interface/model_kind.h"

// For the .cpp files of models: what they keep and report of themselves and of a score. Not installed.

namespace eckart::recsys {

/// Lowest and highest stored value; there must be one.
RatingScale scale_of(const CsrView& ratings);

/// The scale of ratings as models keep it, "low" and "high".
RatingScale read_scale(const Figures& figures);

/// The score base + sum of `parts`, which are those of the profile's entries.
Explanation explanation_of(double base, const Profile& profile, std::span<const double> parts);

/// The numbers among the figures, of a list the last, as FitReport::figures shows them; without the scale of ratings.
std::vector<NamedNumber> numbers_of(const Figures& figures);

/// What `read(figures)` returns. Throws DamagedError, naming the model, where it throws UsageError: a figure is missing
/// or cannot be used.
template <typename Read>
auto read_figures(std::string_view model, const Figures& figures, Read read) {
    try {
        return read(figures);
    } catch (const UsageError& problem) {
        throw DamagedError("the figures of the model " + std::string(model) + " lack what it needs (" + problem.what() +
                           "); train it again");
    }
}

}  // namespace eckart::recsys
