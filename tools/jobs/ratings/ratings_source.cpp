#include "tools/jobs/ratings/ratings_source.h"

#include <algorithm>

#include "corpora/ratings/open_ratings.h"

namespace eckart::jobs {
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

recsys::Ratings read_ratings(const RatingsSource& source, const Work& work) {
    static_assert(corpora::no_time == recsys::no_time);
    corpora::RatingOptions options;
    options.format = source.format;
    if (!source.columns.empty()) options.columns = corpora::parse_rating_columns(source.columns);
    recsys::RatingsBuilder builder;
    for (const std::string& one : source.sources) add_source(one, options, work.progress, builder);
    return builder.finish();
}

}  // namespace eckart::jobs
