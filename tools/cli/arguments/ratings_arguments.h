#pragma once

#include <optional>

#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/ratings/ratings_source.h"

namespace eckart::tools {

/// What every command that reads ratings takes to say how.
struct RatingsArguments : jobs::RatingsSource {
    std::optional<double> positive;

    /// From where ratings count as likes, if that was given. Throws UsageError if it is not finite.
    std::optional<float> least_like() const;

    bool operator==(const RatingsArguments&) const = default;
};

/// Declares --format, --columns and --positive; `with_sources` also the ratings themselves, RATINGS...
void declare_ratings_arguments(Arguments& arguments, RatingsArguments& given, bool with_sources = true);

}  // namespace eckart::tools
