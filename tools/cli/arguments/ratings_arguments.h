#pragma once

#include <optional>
#include <string>
#include <vector>

#include "recsys/interface/ratings.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// What every command that reads ratings takes to say how.
struct RatingsArguments {
    std::vector<std::string> sources;
    std::string format = "auto";
    std::string columns;
    std::optional<double> positive;

    /// What counts as a like: --positive, or every rating.
    float least_like() const;

    bool operator==(const RatingsArguments&) const = default;
};

/// Declares --format, --columns and --positive; `with_sources` also the ratings themselves, RATINGS...
void declare_ratings_arguments(Arguments& arguments, RatingsArguments& given, bool with_sources = true);

/// Reads the ratings of `given.sources` together. Throws InputError where one cannot be read.
recsys::Ratings read_ratings(const RatingsArguments& given, Session& session);

/// Reads these sources in the way that `given` says.
recsys::Ratings read_ratings(const std::vector<std::string>& sources, const RatingsArguments& given, Session& session);

}  // namespace eckart::tools
