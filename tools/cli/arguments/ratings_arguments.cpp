#include "tools/cli/arguments/ratings_arguments.h"

#include <cmath>

#include "corpora/ratings/open_ratings.h"
#include "engine/support/error.h"

namespace eckart::tools {

std::optional<float> RatingsArguments::least_like() const {
    if (!positive) return {};
    if (!std::isfinite(*positive)) throw UsageError("--positive: expected a finite number");
    return static_cast<float>(*positive);
}

void declare_ratings_arguments(Arguments& arguments, RatingsArguments& given, bool with_sources) {
    std::string formats;
    for (const auto& format : corpora::rating_formats()) formats += ", " + std::string(format);
    if (with_sources) {
        arguments.positionals(given.sources, "RATINGS", "files or folders of ratings, or - for standard input");
    }
    arguments.option(given.format, "--format", "NAME", "of the ratings: auto" + formats);
    arguments.option(
        given.columns, "--columns", "LIST",
        "columns of tables, by name or number: user=..,item=..,rating=..,time=..; rating=none if the table "
        "only says who had what");
    arguments.option(given.positive, "--positive", "X",
                     "for models of likes: ratings of X and more are likes; not given: all ratings are");
}

}  // namespace eckart::tools
