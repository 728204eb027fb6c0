#include "tools/cli/arguments/ratings_arguments.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "corpora/ratings/open_ratings.h"
#include "engine/support/error.h"

namespace eckart::tools {
namespace {

constexpr std::int64_t ratings_per_report = 65536;

void add_source(const std::string& source, const corpora::RatingOptions& options, const Progress& progress,
                recsys::RatingsBuilder& builder) {
    const auto reader = corpora::open_ratings(source, options);
    corpora::Rating rating;
    for (std::int64_t read = 0; reader->next(rating); ++read) {
        if (read % ratings_per_report == 0) {
            const double fraction = reader->fraction_done();
            progress.report("reading " + reader->name(), static_cast<std::uint64_t>(std::max(0.0, 1000 * fraction)),
                            fraction < 0 ? 0 : 1000);
        }
        builder.add(rating.user, rating.item, rating.value, rating.time, rating.time_billionths);
    }
}

}  // namespace

float RatingsArguments::least_like() const {
    return positive ? static_cast<float>(*positive) : -std::numeric_limits<float>::infinity();
}

void declare_ratings_arguments(Arguments& arguments, RatingsArguments& given, bool with_sources) {
    std::string formats;
    for (const auto& format : corpora::rating_formats()) formats += ", " + std::string(format);
    if (with_sources) {
        arguments.positionals(given.sources, "RATINGS", "files or folders of ratings, or - for standard input");
    }
    arguments.option(given.format, "--format", "NAME", "of the ratings: auto" + formats);
    arguments.option(given.columns, "--columns", "LIST",
                     "where tables have what, by name or number: user=..,item=..,rating=..,time=..; rating=none if "
                     "they only say who had what");
    arguments.option(given.positive, "--positive", "X",
                     "what counts as a like for models of likes: ratings from X up; not given: every rating");
}

recsys::Ratings read_ratings(const RatingsArguments& given, Session& session) {
    return read_ratings(given.sources, given, session);
}

recsys::Ratings read_ratings(const std::vector<std::string>& sources, const RatingsArguments& given, Session& session) {
    static_assert(corpora::no_time == recsys::no_time);
    if (given.positive && !std::isfinite(*given.positive)) throw UsageError("--positive: expected a finite number");
    corpora::RatingOptions options;
    options.format = given.format;
    if (!given.columns.empty()) options.columns = corpora::parse_rating_columns(given.columns);
    recsys::RatingsBuilder builder;
    for (const std::string& source : sources) add_source(source, options, session.progress(), builder);
    return builder.finish();
}

}  // namespace eckart::tools
