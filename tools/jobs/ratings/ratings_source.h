#pragma once

#include <string>
#include <vector>

#include "recsys/interface/ratings.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// Where ratings are and how they are read.
struct RatingsSource {
    std::vector<std::string> sources = {};  ///< files or folders, read together; "-" is standard input
    std::string format = "auto";            ///< one of corpora::rating_formats, or auto: told by name and content
    std::string columns = {};               ///< as corpora::parse_rating_columns reads it; empty: told by the first row

    bool operator==(const RatingsSource&) const = default;
};

/// The ratings of all sources. Throws InputError where one cannot be read, UsageError where format or columns are
/// unknown.
[[nodiscard]] recsys::Ratings read_ratings(const RatingsSource& source, const Work& work);

}  // namespace eckart::jobs
